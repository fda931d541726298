"""Where a fact comes from: the article, the literature, or a convention of the course."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.core.errors import InvalidInput

_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/?=&%+-]*)?", re.ASCII)


class SourceKind(StrEnum):
    """The kinds of source a protocol may quote. Recall alone is none of them."""

    ARTICLE = "article"
    LITERATURE = "literature"
    COURSE_CONVENTION = "course_convention"


@dataclass(frozen=True, slots=True)
class Source:
    """One source in words for people; `url` links the publication, where it has an identifier.

    `key` is the section of the article or the entry of the literature, and empty for a convention.
    """

    kind: SourceKind
    key: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """The article that a protocol teaches, with its sections by key."""

    title: str
    author: str
    sections: Mapping[str, str]
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """An entry of the literature; `seen` says how much of it the authors of the protocol read.

    `address` is the page of what has no identifier, an https address.
    """

    citation: str
    seen: str
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    address: str | None = None
    caution: str | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` for an address that pages must not link."""
        if self.address is not None and not _ADDRESS.fullmatch(self.address):
            raise InvalidInput(f"“{self.address}” is no address. Write one that starts with https://.")

    @property
    def url(self) -> str | None:
        """The link to the publication: its DOI, else PubMed, else PubMed Central, else its page."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/" if self.pmcid else self.address


def read_source(
    reference: str, article: Article | None, literature: Mapping[str, Publication]
) -> Source | None:
    """Return the source that a reference names, or None when there is no such source.

    References read `article:<section>`, `literature:<key>` or `course_convention`.
    """
    if reference == SourceKind.COURSE_CONVENTION:
        return Source(SourceKind.COURSE_CONVENTION, "", "Course convention, awaiting clinical review")
    kind, _, key = reference.partition(":")
    if kind == SourceKind.ARTICLE and article is not None and key in article.sections:
        text = f"Article, section {key}: {article.sections[key]}"
        return Source(SourceKind.ARTICLE, key, text, article.url)
    if kind == SourceKind.LITERATURE and key in literature:
        publication = literature[key]
        return Source(SourceKind.LITERATURE, key, publication.citation, publication.url)
    return None
