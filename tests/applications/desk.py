"""The office's and the assessors' desk: how a person opens a page of the admin, and what it says."""

from django.urls import reverse

from tests.client import Client


def as_(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def url(noun, what="change", *args):
    return reverse(f"admin:applications_{noun}_{what}", args=args)


def step(noun, pk, name, *, app="applications"):
    return reverse(f"admin:{app}_{noun}_step", args=(pk, name))


def text_of(answer):
    return answer.content.decode()


def said(answer):
    return [str(message) for message in answer.context["messages"]]
