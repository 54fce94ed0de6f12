"""What was left over: a document promised and not there, another programme's name, a sentence from another job."""

from __future__ import annotations

import re
from collections.abc import Iterator

from applications.proofreading.call import Finding, WrittenCall, quoted

MENTION = re.compile(r"\b(?P<kind>(?i:appendix|annexe?|schedule|enclosure|attachment))\s+(?P<mark>[A-Z]\b|\d{1,2}\b)")
# A heading: marked as one, in bold, or short and with a colon, a dash or nothing behind the mark.
MARKED = re.compile(r"\s*(?:#{1,6}\s|\*\*|__)")
ENDS = re.compile(r"\s*(?:[:–—-].*)?$", re.DOTALL)
HERE = re.compile(
    r"\b(?:(?:is|are|see|find|please see|please find|as)\s+(?:the\s+)?(?:attached|enclosed)(?!\s+to\b)"
    r"|(?:the|an?)\s+(?:attached|enclosed)\s+\w+)",
    re.IGNORECASE,
)
LINK = re.compile(r"\]\(|https?://")

# A call of this kind seeks an organisation that lends a member of its staff: nobody is hired.
HIRING = re.compile(
    r"\b(?:job applicants?|applicants? for (?:this|the) (?:job|vacancy)|(?:this|the) vacancy|probation(?:ary)?"
    r"|interviews? for (?:this|the) (?:job|vacancy|post|position|role)|(?:this|the) (?:job )?advert(?:isement)?"
    r"|be (?:employed|appointed|recruited) (?:by|as|on|for)|(?:as|be|become) an? (?:new )?employee"
    r"|new (?:employee|recruit)s?"
    r"|permanent (?:contract|post|position|role|job)|fixed[- ]term contract|notice period|starting salary)\b",
    re.IGNORECASE,
)
ROLE = re.compile(
    r"(?P<words>(?:[A-Za-z][\w&'’/-]*,?\s+){2,8})(?P<noun>role|post|position|job)\b(?!\s+(?:desc|title|spec))"
)


def words_of(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


BEGINS_ANEW = words_of(
    "a an the this that these in of for to as at on by with from your our their its his her who which into any each",
    "every such is are was be",
)
SAYS_LITTLE = words_of(
    "and or similar senior junior new key lead leading relevant previous current present paid voluntary managerial",
    "leadership management public sector full part time full-time part-time permanent temporary central comparable",
    "strategic active crucial important frontline front-line public-facing seconded secondee secondment same other",
    "another level different demanding challenging varied exciting one single host host's staff civil society",
    "charity's",
)
EARLIER = re.compile(
    r"\b(?:experience|worked|working|background|previous(?:ly)?|former(?:ly)?|such as)\b", re.IGNORECASE
)
JOB_TITLE = re.compile(r"\bjob title(?:\s+(?:is|will be)|:)\s+\**(?P<title>[A-Z][^.;:*|\n]{2,80})", re.MULTILINE)
RANK = (
    "Officer|Adviser|Advisor|Manager|Assistant|Co-?ordinator|Director|Analyst|Worker|Engineer|Administrator|Executive"
    "|Lead"
)
DOES = r"will|is responsible|reports? to|must|shall|leads?|manages?|supports?"
OTHER_TITLE = re.compile(rf"\bThe (?P<title>(?:[A-Z][\w&-]+ ){{1,4}}(?:{RANK})) (?:{DOES})\b")


def promised_documents(call: WrittenCall) -> Iterator[Finding]:
    """Find an appendix that is named and not there, and "the attached form": a call has no attachments."""
    there = {key for text in call.texts.values() for line in text.splitlines() if (key := heading_of(line))}
    for where, sentence in call.sentences():
        if LINK.search(sentence):
            continue
        for match in MENTION.finditer(sentence):
            if (mark := mark_of(match)) not in there:
                there.add(mark)  # reported once
                yield Finding(
                    "document",
                    where,
                    f"“{match[0]}” is promised, and nothing here has that heading. Put it in, or take the words out.",
                )
        for match in HERE.finditer(sentence):
            yield Finding(
                "document",
                where,
                f"{quoted(match[0])} promises a document, and a call has none. Put it into the text, or link it.",
            )


def mark_of(match: re.Match[str]) -> tuple[str, str]:
    return match["kind"].lower().removesuffix("e"), match["mark"]


def heading_of(line: str) -> tuple[str, str] | None:
    """Return the appendix whose heading a line is; None for any other line."""
    match = MENTION.search(line)
    if match is None:
        return None
    is_first = not line[: match.start()].strip()
    is_heading = MARKED.match(line) or (is_first and ENDS.match(line[match.end() :]))
    return mark_of(match) if is_heading else None


def other_names(call: WrittenCall) -> Iterator[Finding]:
    for where, text in call.texts.items():
        words = " ".join(text.split())
        for name, what in call.other_names.items():
            if name in words and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words):
                yield Finding("name", where, f"“{name}” is the name of {what}. Take it out, if it was left over.")


def other_jobs(call: WrittenCall) -> Iterator[Finding]:
    """Find a sentence that belongs to another job: words of hiring, another role, another job title."""
    own = {plain(title) for title in (*call.job_titles, *call.known_titles)}
    for where, sentence in call.sentences():
        why = ""
        if hiring := HIRING.search(sentence):
            why = f"“{hiring[0]}” is a word about hiring, but this call does not hire anyone"
        elif role := other_role(call, sentence):
            why = f"“{role}” is not what this call is about"
        elif (titled := JOB_TITLE.search(sentence)) and call.job_titles and plain(titled["title"]) not in own:
            why = f"“{titled['title'].strip()}” is not the post's job title"
        elif (other := OTHER_TITLE.search(sentence)) and plain(other["title"]) not in own:
            why = f"“{other['title']}” is not the post's job title"
        if why:
            yield Finding("job", where, f"{quoted(sentence)} looks left over from another job: {why}.")


def other_role(call: WrittenCall, sentence: str) -> str:
    """Return the role that a sentence describes in words at home nowhere else in the call; empty when there is none."""
    for match in ROLE.finditer(sentence):
        words = match["words"].split()
        last = max((place for place, word in enumerate(words) if word.lower() in BEGINS_ANEW), default=-1)
        telling = [word for word in words[last + 1 :] if word.lower().strip(",") not in SAYS_LITTLE]
        if last < 0 or len(telling) < 2 or EARLIER.search(sentence[: match.end()]):  # noqa: PLR2004 — one word says little
            continue
        if any(is_at_home_nowhere_else(call, word.strip(",")) for word in telling):
            return " ".join([*words[last + 1 :], match["noun"]])
    return ""


def is_at_home_nowhere_else(call: WrittenCall, word: str) -> bool:
    stem = re.escape(word.lower().rstrip("s")[:7])
    everything = " ".join([call.subject, *call.job_titles, *call.texts.values()])
    return len(re.findall(rf"\b{stem}", everything, re.IGNORECASE)) <= 1


def plain(title: str) -> str:
    """Return a title for comparing: small letters, single spaces, one spelling of adviser."""
    return " ".join(title.lower().replace("advisor", "adviser").replace("-", "").split())
