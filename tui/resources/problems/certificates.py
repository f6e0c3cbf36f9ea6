"""Problems of certificates and times, as the logs of suspected containers say them."""

from __future__ import annotations

import re
from typing import NamedTuple

from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.problems.finding import problem, quoted, said


class _Kind(NamedTuple):
    """A complaint about a certificate: the pattern, what is wrong, what to do."""

    words: re.Pattern[str]
    what: str
    advice: str


KINDS = (
    _Kind(
        re.compile(r"certificate (?:has )?(?:is )?expired|CERT_HAS_EXPIRED|certificateexpired", re.IGNORECASE),
        "A certificate has expired",
        "Renew the certificate of the server that the log names. If the certificate is valid, the clock is wrong.",
    ),
    _Kind(
        re.compile(r"certificate (?:is )?not yet valid|CERT_NOT_YET_VALID|certificatenotyetvalid", re.IGNORECASE),
        "A certificate is not valid yet: the clock of the host or of the server is wrong",
        "Compare the times of both; correct the clock (NTP).",
    ),
    _Kind(
        re.compile(
            r"self[- ]signed certificate|SELF_SIGNED_CERT|signed by unknown authority|unable to get local issuer|"
            r"UNABLE_TO_(?:GET_ISSUER|VERIFY)|unknown ?ca\b|PKIX path building failed|unable to verify the first certificate",
            re.IGNORECASE,
        ),
        "A certificate is signed by an authority that the container does not know",
        "Mount the CA's certificate into the container's trust store; slim images may lack ca-certificates.",
    ),
    _Kind(
        re.compile(
            r"certificate is (?:valid for .{1,200}, not|not valid for)|hostname mismatch|ERR_TLS_CERT_ALTNAME_INVALID|"
            r"doesn't match (?:any of )?(?:the )?(?:certificate|subject)",
            re.IGNORECASE,
        ),
        "A certificate is for another host name",
        "Connect by a name that the certificate has, or issue one for this name.",
    ),
)


def certificate(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find what the log says about a certificate."""
    for kind in KINDS:
        if match := said(facts, kind.words):
            return problem(
                "certificate", facts, f"{kind.what}.", evidence=(quoted(match),), advice=(kind.advice,), explains=True
            )
    return None
