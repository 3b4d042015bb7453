"""The tables, one file per noun; importing this package registers them all."""

from backend.db.tables.analyses import Analysis, Lesion
from backend.db.tables.api_tokens import ApiToken
from backend.db.tables.attempts import WrongPasswords
from backend.db.tables.audit import AuditEvent, AuditHead
from backend.db.tables.cases import Case
from backend.db.tables.invitations import Invitation
from backend.db.tables.parts import HeldPart
from backend.db.tables.reviews import Presence, Review, ReviewCommand, ReviewSummary, ShapeCount, Signature, SignedTally
from backend.db.tables.second_factors import SecondFactor
from backend.db.tables.slides import Slide, SlideCount
from backend.db.tables.users import ProviderAccount, User, UserSession
from backend.db.tables.workers import Worker

__all__ = [
    "Analysis", "ApiToken", "AuditEvent", "AuditHead", "Case", "HeldPart", "Invitation", "Lesion", "Presence",
    "ProviderAccount", "Review", "ReviewCommand", "ReviewSummary", "SecondFactor", "ShapeCount", "Signature",
    "SignedTally", "Slide", "SlideCount", "User", "UserSession", "Worker", "WrongPasswords",
]  # fmt: skip
