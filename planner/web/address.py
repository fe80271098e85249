"""What the page's address says: kept in the session when another page opens, so that a link opens the same view."""

from __future__ import annotations

import streamlit as st

_STATE = "address:"


def asked(name: str) -> str | None:
    """What the address says under a name; a page that was just opened takes over what the one before had.

    Parameters
    ----------
    name : str

    Returns
    -------
    str or None
    """
    given = st.query_params.get(name)
    if given is None:
        given = st.session_state.get(_STATE + name)
        if given is not None:
            st.query_params[name] = given
    else:
        st.session_state[_STATE + name] = given
    return given


def number(name: str) -> int | None:
    """What the address says under a name, where it can be the number of a version or a job."""
    return as_number(asked(name))


def as_number(said: str | None) -> int | None:
    """A word as the number of a version or a job; None where it cannot be one."""
    return int(said) if said and said.isascii() and said.isdecimal() and len(said) < 16 else None


def put(name: str, value: object | None) -> None:
    """Let the address say something from now on, or nothing where `value` is None."""
    if value is None:
        st.session_state.pop(_STATE + name, None)
        st.query_params.pop(name, None)
        return
    st.session_state[_STATE + name] = st.query_params[name] = str(value)
