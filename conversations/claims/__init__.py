"""What was said, compared with what is stored. Pure."""

from conversations.claims.checking import check
from conversations.claims.findings import Finding, FindingKind, Known

__all__ = ["Finding", "FindingKind", "Known", "check"]
