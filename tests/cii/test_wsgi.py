"""What gunicorn serves reads each request to its end, so that a proxy that is still sending gets the answer."""

from io import BytesIO

import pytest

from cii.wsgi import MOST, reading_all

THREE_MEGABYTES = 3_000_000


class Broken(BytesIO):
    def read(self, size=-1):
        raise ConnectionResetError


def refuse(environ, start_response):
    start_response("405 Method Not Allowed", [])
    return [b"no"]


def answered(stream, **environ):
    told = []
    body = reading_all(refuse)({"wsgi.input": stream, **environ}, lambda status, headers: told.append(status))
    return told, list(body)


def test_a_refused_upload_is_taken_in_before_the_answer():
    upload = BytesIO(b"x" * THREE_MEGABYTES)
    assert answered(upload, **{"wsgi.input_terminated": True}) == (["405 Method Not Allowed"], [b"no"])
    assert upload.tell() == THREE_MEGABYTES


@pytest.mark.parametrize(("stream", "is_terminated"), [(BytesIO(b"x" * 9), False), (Broken(), True)])
def test_what_cannot_be_read_to_an_end_is_left(stream, is_terminated):
    assert answered(stream, **{"wsgi.input_terminated": is_terminated})[1] == [b"no"]
    assert stream.tell() == 0


def test_no_more_is_read_than_a_proxy_lets_through():
    endless = BytesIO(b"x" * (MOST + THREE_MEGABYTES))
    answered(endless, **{"wsgi.input_terminated": True})
    assert endless.tell() == MOST
