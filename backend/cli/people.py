"""People who may sign in."""

from typing import Annotated, Literal

import typer

from backend.cli.shared import app, console, transaction

Role = Literal["admin", "lead", "reader", "viewer"]

users = typer.Typer(no_args_is_help=True, help="People who may sign in.")
app.add_typer(users, name="user")


@users.command("add")
def add_user(
    username: str,
    display_name: Annotated[str, typer.Option("--name", help="Name to show.")] = "",
    role: Annotated[Role | None, typer.Option(help="Unless told, the first is an admin, others readers.")] = None,
    site: Annotated[str, typer.Option(help="Hospital or laboratory whose slides they see.")] = "main",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add a user; the password is asked for unless it is given."""
    from backend.services import accounts

    with transaction() as session:
        user = accounts.add_user(
            session, username=username, display_name=display_name, password=password, role=role, site=site
        )
    console.print(f"Added {user.username}, {user.role} of {user.site}.", highlight=False, markup=False)


@users.command("change")
def change_user(
    username: str,
    role: Annotated[Role | None, typer.Option(help="What they may do from now on.")] = None,
    site: Annotated[str | None, typer.Option(help="Whose slides they see from now on.")] = None,
) -> None:
    """Give a user another role or site; slides and cases stay with the site that they were brought to."""
    from backend.services import accounts

    with transaction() as session:
        user = accounts.change_user(session, username=username, role=role, site=site)
    console.print(f"{user.username} is {user.role} of {user.site}.", highlight=False, markup=False)


@users.command("list")
def list_users() -> None:
    """List all users."""
    from backend.services import accounts

    with transaction() as session:
        for user in accounts.list_users(session):
            row = f"{user.username:<24} {user.display_name:<32} {user.role:<8} {user.site:<20}"
            console.print(f"{row} {'disabled' if user.disabled_at else ''}", highlight=False, markup=False)


@users.command("disable")
def disable_user(username: str) -> None:
    """Bar a user from signing in and end their sessions."""
    from backend.services import accounts

    with transaction() as session:
        accounts.disable_user(session, username=username)
    console.print(f"Disabled {username}.")


@users.command("reset-second-factor")
def reset_second_factor(username: str) -> None:
    """Turn off the second factor of a user who has lost it and end their sessions."""
    from backend.services import accounts, second_factors

    with transaction() as session:
        second_factors.reset(session, user=accounts.named(session, username=username), by=None)
    console.print(f"{username} signs in without a second factor.", highlight=False, markup=False)
