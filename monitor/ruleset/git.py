"""Rule folders that are clones: fetched and moved forward, by git itself, and never anything cleverer.

Only `fetch` and `merge --ff-only` are run: what was edited on this machine is never overwritten, merged or thrown away.
git gets no terminal to ask on, no hook and no filter to run, none of our secrets, and a deadline; what it says goes
nowhere unread, because it may repeat an address that holds a password. The configuration of the bot's user is read all
the same: it may say how the remote is reached (credential helpers, proxies, safe.directory).
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Stop = Callable[[], bool]

SECONDS = 60.0  # for one command of git; a rule repository is small
_LOOK = 0.5  # seconds between two looks at whether the bot was told to stop
_GRACE = 2.0  # seconds for a git that was told to end to take its locks away
_MERGE = 5.0  # seconds that a stop leaves to a merge: one that breaks off leaves half of the files in the clone changed
_STALE = 600.0  # seconds after which a lock is nobody's: a merge of rules takes less than one
# Ours to read even where the clone's own configuration says otherwise.
_OPTIONS = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.askPass=", "protocol.ext.allow=never",
    "submodule.recurse=false", "gc.autoDetach=false", "maintenance.autoDetach=false", "advice.diverging=false",
    # A link in a pulled repository could make any file of this machine stand in a message about broken rules.
    "core.symlinks=false",
)
# What reaching another machine takes: keys, agents, proxies, certificates. No token and no password of ours.
_KEPT = ("PATH", "HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND",
         "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "no_proxy",
         "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO")


@dataclass(frozen=True, slots=True)
class Pull:
    """One clone after a pull. `kind` is empty where all is well, else a stable word for what is not."""

    clone: Path
    kind: str = ""
    problem: str = ""
    remedy: str = ""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one command of git gave. It is for the eyes of this module only."""

    status: int
    out: str
    err: str


def clones(folders: Iterable[Path]) -> list[Path]:
    """The work trees in which these folders lie, each once; not the program's own checkout, which is not ours to move.
    """
    found = dict.fromkeys(tree for folder in folders if (tree := _work_tree(Path(os.path.realpath(folder)))))
    own = Path(rules.__file__).resolve()
    return [tree for tree in found if not own.is_relative_to(tree)]


def _work_tree(folder: Path) -> Path | None:
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def pull(clone: Path, environ: Mapping[str, str], stop: Stop, seconds: float = SECONDS) -> Pull | None:
    """Move a clone forward to what its remote branch holds now. Blocks; each step of it for at most `seconds`.

    Never raises. None where the clone has no remote at all.
    """
    try:
        return _pull(clone, _Git(clone, _environment(environ), stop, seconds))
    except subprocess.TimeoutExpired:
        return Pull(clone, "timeout", f"git did not answer within {seconds:g} seconds", _NETWORK)
    except OSError as error:
        return Pull(clone, "git", f"git cannot be run: {error.strerror}",
                    "install git (apt-get install git), or set pull_minutes = 0 below [rules]")


def _pull(clone: Path, git: _Git) -> Pull | None:
    before = git.run("rev-parse", "--verify", "--quiet", "HEAD")
    if before.status not in (0, 1):
        return _said(clone, before)
    if not git.run("remote").out.strip():
        return None
    remote, _, branch = _upstream(git).partition(" ")
    if remote in ("", ".") or not branch:
        return Pull(clone, "branch", "its branch follows no branch of the remote", _FOLLOW)
    # By name: of all branches git would bring what is there, and not miss the one that is gone.
    fetched = git.run("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--", remote, branch)
    if fetched.status:
        return _said(clone, fetched)
    merged = _merged(git)
    if merged.status:
        return _lock_is_stale(git) or _said(clone, merged)
    return Pull(clone, moved=git.run("rev-parse", "HEAD").out != before.out)


def _upstream(git: _Git) -> str:
    """Which branch of which remote the branch of the clone follows: "origin refs/heads/main"."""
    head = git.run("symbolic-ref", "--quiet", "HEAD").out.strip()
    shown = "--format=%(upstream:remotename) %(upstream:remoteref)"
    return git.run("for-each-ref", shown, head).out.strip() if head else ""


def _merged(git: _Git) -> _Answer:
    """Move forward. A lock that was not there before is taken away again where the merge had to be killed."""
    lock = _lock(git)
    was_free = not lock.exists()
    filters = _no_filters(git)
    try:
        return git.run(*filters, "merge", "--ff-only", "--quiet", "@{upstream}", unhindered=_MERGE)
    except subprocess.TimeoutExpired:
        if was_free:
            lock.unlink(missing_ok=True)
        raise


def _lock(git: _Git) -> Path:
    return git.clone / (git.run("rev-parse", "--git-path", "index.lock").out.strip() or ".git/index.lock")


def _lock_is_stale(git: _Git) -> Pull | None:
    lock = _lock(git)
    try:
        age = time.time() - lock.stat().st_mtime
    except OSError:
        return None
    if age < _STALE:
        return None
    return Pull(git.clone, "stale-lock", f"it was locked {age / 60:,.0f} minutes ago by a git that was broken off",
                f"where no git is running, rm {shlex.quote(str(lock))}")


def _no_filters(git: _Git) -> list[str]:
    """Options that switch off every filter which the configuration names: they are programs that a pull would start."""
    keys = git.run("config", "--null", "--name-only", "--get-regexp", r"^filter\.").out.split("\0")
    names = dict.fromkeys(key[len("filter."):].rpartition(".")[0] for key in keys if key)
    return [part for name in names if "=" not in name for setting in ("smudge=", "clean=", "process=", "required=false")
            for part in ("-c", f"filter.{name}.{setting}")]


@dataclass(frozen=True, slots=True)
class _Git:
    """git in one clone, with a deadline for each command."""

    clone: Path
    environment: Mapping[str, str]
    stop: Stop
    seconds: float

    def run(self, *words: str, unhindered: float = 0.0) -> _Answer:
        """One command. Raises TimeoutExpired at the deadline, and where the bot is told to stop, but not before it ran
        `unhindered` for so many seconds."""
        options = [part for option in _OPTIONS for part in ("-c", option)]
        # A session of its own: ssh finds no terminal to ask on, and goes together with git where git is killed.
        with subprocess.Popen(  # noqa: S603 - no shell, and no word of it comes from a stranger
            ["git", "-C", str(self.clone), *options, *words], env=dict(self.environment), start_new_session=True,  # noqa: S607 - from PATH on purpose
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:
            out, err = self._output(process, unhindered)
        return _Answer(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))

    def _output(self, process: subprocess.Popen[bytes], unhindered: float) -> tuple[bytes, bytes]:
        start = time.monotonic()
        while True:
            try:
                return process.communicate(timeout=_LOOK)
            except subprocess.TimeoutExpired:
                ran = time.monotonic() - start
                if ran > max(self.seconds, unhindered) or (self.stop() and ran > unhindered):
                    _end(process)
                    raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """Tell it, and what it started, to end; then end it."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environ[name] for name in _KEPT if name in environ}
    # English, because the answers are read below.
    return kept | {"LC_ALL": "C", "LANGUAGE": "", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": ""}


_NETWORK = "nothing, if this passes by itself: it is tried again. Else see whether the host of the repository answers"
_FOLLOW = "in the clone: git branch --set-upstream-to=origin/main"
# Signs in what git prints (in English), what they mean, and what to do. The first that fits counts.
_MEANINGS = (
    (("not possible to fast-forward", "diverging branches", "refusing to merge unrelated"), "diverged",
     "the clone and the remote have gone different ways: something was committed here, or the remote was rewritten",
     "in the clone: git log @{upstream}.. shows what is here alone. Push it, or give it up: git reset --hard "
     "@{upstream}"),
    (("untracked working tree file",), "in-the-way",
     "the remote has a new file, and another one of that name lies in the clone already",
     "in the clone: git status names it below \"untracked\". Move it to another folder"),
    (("would be overwritten", "local changes", "unmerged files", "needs merge"), "edited",
     "a file that was edited in the clone has changed on the remote as well",
     "in the clone: git status names it. Commit and push it, or give it up: git checkout -- FILE"),
    (("dubious ownership",), "owner", "the clone belongs to another user of this machine than the bot",
     "chown -R it to the user of the bot"),
    (("host key verification failed",), "host-key", "ssh does not know the host of the repository",
     "as the user of the bot, once by hand: git fetch, and compare the fingerprint with the one the host publishes"),
    (("permission denied (", "authentication failed", "could not read username", "could not read password",
      "terminal prompts disabled", "access denied", "repository not found", "returned error: 40",
      "invalid username or"), "auth", "the remote does not let the bot in",
     "give the machine a deploy key that may read this repository (docs/operating.md)"),
    (("could not resolve", "connection refused", "connection timed out", "network is unreachable", "failed to connect",
      "couldn't connect", "no route to host", "connection reset", "early eof", "unexpected disconnect", "hung up",
      "returned error: 5", "certificate", "ssl_"), "network", "the remote cannot be reached", _NETWORK),
    (("does not appear to be a git repository", "does not exist", "no such remote", "couldn't find remote ref",
      "not a git repository", "unknown revision", "ambiguous argument"), "missing",
     "the repository, or the branch that the clone follows, is not there",
     "in the clone: git remote -v and git branch -vv show where it looks. Where the branch has another name now: "
     "git fetch, and then git branch --set-upstream-to=origin/NAME"),
    (("index.lock", "unable to create", "another git process"), "locked",
     "the clone is locked, or may not be written by the bot",
     "nothing, if this passes by itself. Else see that the bot's user may write the clone and its .git"),
    (("permission denied", "read-only file system", "no space left", "cannot open"), "unwritable",
     "the clone cannot be written", "see that the bot's user may write it, and that the disk has room"),
)


def _said(clone: Path, answer: _Answer) -> Pull:
    """What a failure means, in words of ours alone."""
    said = (answer.err + answer.out).casefold()
    for signs, kind, problem, remedy in _MEANINGS:
        if any(sign in said for sign in signs):
            return Pull(clone, kind, problem, remedy)
    return Pull(clone, "unknown", f"git failed (status {answer.status})",
                f"as the user of the bot: git -C {clone} fetch, and then: git -C {clone} merge --ff-only")
