"""One's own second factor: setting it up, its recovery codes, turning it off."""

import segno
from fastapi import APIRouter

from backend.api.dependencies import AnySessionDep, SessionDep, SettingsDep, VaultDep
from backend.api.routes.session import Renewal
from backend.api.schemas.second_factor import (
    CodeIn,
    PasswordAndCode,
    PasswordIn,
    RecoveryCodes,
    SecondFactorOut,
    SetUpOut,
)
from backend.services import accounts, second_factors

router = APIRouter(prefix="/account/second-factor", tags=["account"])


@router.get("")
def get_second_factor(session: SessionDep, here: AnySessionDep, settings: SettingsDep) -> SecondFactorOut:
    """Say whether one is set up, and whether there must be one."""
    found = second_factors.of_user(session, user=here.user)
    return SecondFactorOut(
        since=found and found.confirmed_at,
        recovery_codes_left=len(found.recovery_sha256) if found else 0,
        is_required=here.user.role in second_factors.MUST[settings.second_factor],
    )


@router.post("", status_code=201)
def begin_second_factor(asked: PasswordIn, session: SessionDep, here: AnySessionDep, vault: VaultDep) -> SetUpOut:
    """Make a secret for one's authenticator app; it is told this once, and counts once it is confirmed."""
    accounts.confirm(session, here=here, password=asked.password.get_secret_value())
    made = second_factors.begin(session, user=here.user, vault=vault)
    qr = segno.make(made.uri, error="m").svg_data_uri(scale=4, border=4, light="white")
    return SetUpOut(secret=made.secret, qr=qr)


@router.post("/confirm")
def confirm_second_factor(
    said: CodeIn, session: SessionDep, here: AnySessionDep, vault: VaultDep, renew: Renewal
) -> RecoveryCodes:
    """Turn it on by a code that the app shows; all other sessions end, and this session's cookie is another."""
    codes = second_factors.confirm(session, here=here, code=said.code.get_secret_value(), vault=vault)
    renew()
    return RecoveryCodes(codes=codes)


@router.post("/recovery-codes")
def make_recovery_codes(
    asked: PasswordAndCode, session: SessionDep, here: AnySessionDep, vault: VaultDep, renew: Renewal
) -> RecoveryCodes:
    """Replace the recovery codes; those that were not used are good no more. This session's cookie is another."""
    accounts.confirm(session, here=here, password=asked.password.get_secret_value())
    codes = second_factors.new_recovery_codes(session, user=here.user, code=asked.code.get_secret_value(), vault=vault)
    renew()
    return RecoveryCodes(codes=codes)


@router.post("/remove", status_code=204)
def remove_second_factor(
    asked: PasswordAndCode, session: SessionDep, here: AnySessionDep, vault: VaultDep, renew: Renewal
) -> None:
    """Turn it off; all other sessions end, and this session's cookie is another."""
    accounts.confirm(session, here=here, password=asked.password.get_secret_value())
    second_factors.remove(session, here=here, code=asked.code.get_secret_value(), vault=vault)
    renew()
