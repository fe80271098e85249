"""Where plans live: immutable versions, append-only records and a keyed trail, in SQLite or PostgreSQL.

=================  ==================================================================================
module             what it is for
=================  ==================================================================================
``opening``        a store by its address: found or made, brought to the present tables, its key beside it
``transactions``   reading from one moment; writing in turn, each row with its entry in the trail
``contents``       bytes by their SHA-256
``documents``      ledgers, scenarios, plans, imports, facts: versions that are superseded, never changed
``records``        events in series: people, decisions, the steps of the working year
``trail``          who did what, chained by keyed digest; anchors
``verify``         is the store whole and untouched?
``queue``          jobs: waiting, leased, done
``scratch``        drafts: what somebody has begun, for his own eyes; in no trail and no backup
``manifest``       the format ``shanfu-export/1`` and its list of files
``filenames``      names that people gave as names of files
``exporting``      everything as a folder of open files
``exported``       such a folder, or the zip of one, read and trusted in nothing
``backup``         one file of everything; a store from it
=================  ==================================================================================

The store decides nothing about rights; :mod:`planner.service` does, and is the only caller.
"""

from planner.store.contents import Blob, get_bytes, put_bytes
from planner.store.documents import Document, Version, documents, head, save_version, version, versions
from planner.store.faults import Conflict, StoreFault
from planner.store.opening import Store, open_store
from planner.store.records import Record, append, series
from planner.store.trail import Anchor, Entry, anchor, entries
from planner.store.transactions import Author, Reading, Writing
from planner.store.verify import verify

__all__ = [
    "Anchor",
    "Author",
    "Blob",
    "Conflict",
    "Document",
    "Entry",
    "Reading",
    "Record",
    "Store",
    "StoreFault",
    "Version",
    "Writing",
    "anchor",
    "append",
    "documents",
    "entries",
    "get_bytes",
    "head",
    "open_store",
    "put_bytes",
    "save_version",
    "series",
    "verify",
    "version",
    "versions",
]
