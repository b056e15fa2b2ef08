//! Classes of changes of what the passes write that break nothing by their place, told by looks alone.

use dockslim_syntax::{Dockerfile, Instruction, Keyword};

use super::kind::{Class, Mutant};

/// For the kinds that are asked of both stages.
pub(crate) const OF_ALL_KINDS: &[Class] = &[
    NOBODY_RUNS,
    STAYS_AS_BEFORE,
    SAME_PLACES,
    SAME_LIBRARIES,
    SAME_SERVER,
    SAME_C_LIBRARY,
    WHOLE_PATH,
];

/// A USER with nothing behind it in its stage that runs or makes a folder.
const NOBODY_RUNS: Class = Class {
    name: "nothing runs as that user: its stage does not ship, and ends there",
    holds: |mutant| {
        let edits: Vec<_> = mutant.edits.iter().collect();
        let [edit] = edits.as_slice() else { return false };
        let behind = mutant.before.instructions().map(|(_, one)| one);
        let mut behind = behind.filter(|one| one.lines.start >= edit.span.start);
        edit.text.trim_start().starts_with("USER ")
            && behind
                .find(|one| !matches!(one.kind, Keyword::Copy | Keyword::Add))
                .map(|one| one.kind)
                == Some(Keyword::From)
    },
};

/// Development dependencies, or what the new base has as well, that are not taken away.
pub(crate) const STAYS_AS_BEFORE: Class = Class {
    name: "what only developers or builds need, what is only recommended, or what the base has too, is shipped, as it was before",
    holds: |mutant| {
        let prunes = [
            "RUN npm prune --omit=dev",
            "RUN npm prune --production",
            "RUN CI=true pnpm prune --prod",
            "RUN yarn install --production --ignore-scripts --prefer-offline",
            "RUN rm -rf /usr/local/bin/node /usr/local/lib/node_modules/npm",
        ];
        let takes_away = |line: &str| {
            let modules = line.strip_prefix("RUN rm -rf /usr/local/lib/python3.");
            let pip = modules.and_then(|rest| rest.split_once("/site-packages/pip "));
            prunes.contains(&line)
                || line.strip_prefix("RUN ").is_some_and(goes_by_its_path)
                || line.starts_with("RUN npm prune --omit=dev --")
                || pip.is_some_and(|(_, rest)| rest.ends_with("/site-packages/pip-*"))
        };
        mutant.edits.iter().all(|edit| {
            let line = mutant.before.source[edit.span.start..].lines().next().unwrap_or_default();
            let gone = edit.span.of(mutant.before.source).trim();
            let whole = edit.text.is_empty() && takes_away(gone);
            // The other stage, which was the one that shipped, has what is only recommended.
            let flag = "--no-install-recommends";
            let left_out = edit.text.is_empty() && gone == flag;
            let once = mutant.before.source.matches(flag).count() == 1;
            whole || left_out && once || (&*edit.text == "# " && takes_away(line))
        })
    },
};

/// A folder that is taken away behind a build, in front of what else is, or in the last step of the build.
const WHOLE_PATH: Class = Class {
    name: "a folder that goes by its whole path goes wherever that is asked",
    holds: |mutant| {
        let source = mutant.before.source;
        let edits: Vec<_> = mutant.edits.iter().collect();
        match edits.as_slice() {
            [edit] => {
                let behind = source[edit.span.end..].lines().next().unwrap_or_default();
                edit.span.of(source) == "\nRUN "
                    && &*edit.text == " && "
                    && goes_by_its_path(behind)
            }
            [one, other] => {
                let (first, second) = (one.span.of(source), other.span.of(source));
                let goes = |text: &str| text.strip_prefix("RUN ").is_some_and(goes_by_its_path);
                let prunes = |text: &str| text.starts_with("RUN npm prune ");
                first == &*other.text
                    && second == &*one.text
                    && (prunes(first) && goes(second) || goes(first) && prunes(second))
            }
            _ => false,
        }
    },
};

/// Whether a command takes away packages, or what webpack keeps, of a folder by its path from the root.
fn goes_by_its_path(command: &str) -> bool {
    let folder = command.trim().strip_prefix("rm -rf /").unwrap_or_default();
    let ends = ["/node_modules", "/.next/cache/webpack"];
    ends.iter().any(|end| folder.ends_with(end)) && !folder.contains(' ')
}

/// Two instructions of the stage that ships, in another order.
const SAME_PLACES: Class = Class {
    name: "each brings to its place what lay there in the other stage, or sets what the other does not see",
    holds: |mutant| {
        let Some((one, other)) = swapped(mutant) else { return false };
        let tree = mutant.before;
        let copies = |one: &Instruction| one.kind == Keyword::Copy && takes_from_stage(tree, one);
        let users = |one: &Instruction| {
            let text = tree.raw(one.lines);
            text.contains("/etc/passwd") || text.contains("useradd")
        };
        let gives = |one: &Instruction| tree.raw(one.lines).contains("--chown");
        let installs = |one: &Instruction| tree.raw(one.lines).starts_with("RUN apt-get update");
        if (users(one) && gives(other)) || (users(other) && gives(one)) {
            return false;
        }
        match (one.kind, other.kind) {
            (Keyword::Copy, Keyword::Copy) => copies(one) && copies(other),
            (Keyword::Copy, Keyword::Workdir) => copies(one),
            (Keyword::Workdir, Keyword::Copy) => copies(other),
            (Keyword::Env, Keyword::Run) => installs(other),
            (Keyword::Run, Keyword::Env) => installs(one),
            _ => false,
        }
    },
};

/// Libraries of two programs, in another order.
const SAME_LIBRARIES: Class = Class {
    name: "the libraries of the same programs are collected",
    holds: |mutant| {
        let edits: Vec<_> = mutant.edits.iter().collect();
        let [one, other] = edits.as_slice() else { return false };
        let source = mutant.before.source;
        let collects = |text: &str| {
            text.starts_with("ldd ") && text.ends_with(" /runtime") && !text.contains('&')
        };
        let (first, second) = (one.span.of(source), other.span.of(source));
        first == &*other.text && second == &*one.text && collects(first) && collects(second)
    },
};

/// A web server under another of its names.
pub(crate) const SAME_SERVER: Class = Class {
    name: "all of these images start the same web server, which serves the same files",
    holds: |mutant| {
        let nginx = |tree: &Dockerfile<'_>| {
            let mut last =
                tree.instructions().map(|(_, one)| one).filter(|one| one.kind == Keyword::From);
            let names = ["FROM nginx", "FROM nginx:latest", "FROM nginx:alpine"];
            last.next_back().is_some_and(|from| names.contains(&tree.raw(from.lines).trim()))
        };
        let rest = |tree: &Dockerfile<'_>| {
            let lines = tree.source.lines().filter(|line| !line.starts_with("FROM nginx"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        nginx(mutant.before) && nginx(mutant.after) && rest(mutant.before) == rest(mutant.after)
    },
};

/// Go that links with the C library again, as its author had it.
const SAME_C_LIBRARY: Class = Class {
    name: "the program is linked with the C library of the release that it runs on",
    holds: |mutant| {
        let edits: Vec<_> = mutant.edits.iter().collect();
        let [edit] = edits.as_slice() else { return false };
        let gone = edit.span.of(mutant.before.source).trim() == "CGO_ENABLED=0";
        let mut bases = mutant.before.source.lines().filter_map(|line| line.strip_prefix("FROM "));
        let build = bases.next().and_then(|base| base.split(' ').next()).unwrap_or_default();
        let ships = bases.next_back().and_then(|base| base.strip_prefix("debian:"));
        let release = ships.and_then(|tag| tag.strip_suffix("-slim"));
        // The official images of Go 1.22 without a release in their tags stand on Debian 12.
        let build = if build == "golang:1.22" { "golang:1.22-bookworm" } else { build };
        gone && edit.text.is_empty() && release.is_some_and(|release| build.ends_with(release))
    },
};

/// An install that stands elsewhere, and that no step needs.
pub(crate) const FOR_THE_CONTAINER: Class = Class {
    name: "no other step runs: only the container calls what is brought back",
    holds: |mutant| {
        let all: Vec<_> = mutant.before.instructions().map(|(_, one)| one).collect();
        let last = all.iter().rposition(|one| one.kind == Keyword::From).unwrap_or_default();
        let runs = all[last..].iter().filter(|one| one.kind == Keyword::Run).count();
        let start = all.get(last).map_or(0, |from| from.lines.start);
        runs == 1 && mutant.edits.iter().all(|edit| edit.span.start >= start)
    },
};

/// The two instructions that have changed places, if that is the change.
fn swapped<'d>(mutant: &'d Mutant<'_>) -> Option<(&'d Instruction, &'d Instruction)> {
    let edits: Vec<_> = mutant.edits.iter().collect();
    let [one, other] = edits.as_slice() else { return None };
    let source = mutant.before.source;
    let at = |start: usize| {
        mutant.before.instructions().map(|(_, one)| one).find(|one| one.lines.start == start)
    };
    let both = one.span.of(source) == &*other.text && other.span.of(source) == &*one.text;
    both.then_some((at(one.span.start)?, at(other.span.start)?))
}

fn takes_from_stage(tree: &Dockerfile<'_>, copy: &Instruction) -> bool {
    copy.flags.iter().any(|flag| tree.raw(flag.name) == "from")
}
