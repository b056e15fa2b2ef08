//! Removals of what is still needed, of what is no cache, or in a place where they do harm.

use dockslim_syntax::shell::{Command, CommandKind, Word};
use dockslim_syntax::{Arguments, Dockerfile, Edits, Instruction, Keyword, Span};

use super::classes;
use super::kind::{Kind, add, put};
use super::places::{Scripted, commands, inner_lists, lists, of_kind, runs, simple, stages, words};

pub(crate) const CACHES: &[Kind] = &[
    Kind {
        name: "remove lists that a later install reads",
        breaks: "A later install finds no package.",
        mutate: lists_read_later,
        equivalents: &[],
    },
    Kind {
        name: "remove lists in front of the install",
        breaks: "The install finds no package.",
        mutate: |tree| {
            let found = runs(tree);
            let all = found.iter().flat_map(|run| commands(run.list));
            let installs = all.filter(|command| is_install(tree, command));
            installs.map(|one| add(one.span.start, format!("{LISTS} && "))).collect()
        },
        equivalents: &[classes::FETCHES],
    },
    Kind {
        name: "remove a store that a later step reads",
        breaks: "A later step does not find what an earlier one has downloaded.",
        mutate: stores_read_later,
        equivalents: &[],
    },
    Kind {
        name: "remove what another stage copies",
        breaks: "A later stage does not find what it copies.",
        mutate: copied_later,
        equivalents: &[],
    },
    Kind {
        name: "remove more than caches",
        breaks: "Files are missing in the image.",
        mutate: |tree| {
            let found = runs(tree);
            let installs = found.iter().filter(|run| installs(tree, run));
            let ends: Vec<usize> = installs.map(Scripted::end).collect();
            let both = ends.into_iter().flat_map(|end| MORE.iter().map(move |more| (end, more)));
            both.map(|(end, more)| add(end, format!(" && rm -rf {more}"))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "remove the folder of the project",
        breaks: "The files of the project are missing in the image.",
        mutate: |tree| runs(tree).iter().map(|run| add(run.end(), " && rm -rf ./*")).collect(),
        equivalents: &[],
    },
    Kind {
        name: "remove lists as another user",
        breaks: "The removal fails, and the build with it.",
        mutate: as_another_user,
        equivalents: &[classes::OWN_LISTS],
    },
    Kind {
        name: "remove lists behind a semicolon",
        breaks: "The failure of the script is hidden.",
        mutate: |tree| {
            let found = runs(tree);
            let installs = found.iter().filter(|run| installs(tree, run));
            installs.map(|run| add(run.end(), format!("; {LISTS}"))).collect()
        },
        equivalents: &[classes::CLEAN_UP],
    },
    Kind {
        name: "remove lists if the script fails",
        breaks: "The failure of the script is hidden.",
        mutate: |tree| {
            let found = runs(tree);
            let installs = found.iter().filter(|run| installs(tree, run));
            installs.map(|run| add(run.end(), format!(" || {LISTS}"))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "remove lists in another branch",
        breaks: "The branch succeeds although it has failed.",
        mutate: in_another_branch,
        equivalents: &[],
    },
    Kind {
        name: "remove lists in a loop",
        breaks: "The second round finds no package.",
        mutate: |tree| {
            let found = runs(tree);
            let all = found.iter().flat_map(|run| commands(run.list));
            let loops = all.filter_map(|command| match &command.kind {
                CommandKind::For { body, .. } | CommandKind::While { body, .. } => Some(body),
                _ => None,
            });
            let ends = loops.filter_map(|body| body.statements.last());
            ends.map(|last| add(last.span.end, format!("; {LISTS}"))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "remove a cache that a cache mount holds",
        breaks: "The next build finds the cache mount empty.",
        mutate: |tree| {
            let found = runs(tree);
            let mounted = found.iter().flat_map(|run| {
                let targets = run.instruction.flags.iter().filter_map(|flag| {
                    let value = tree.text(flag.value?);
                    let cache = value.contains("type=cache");
                    let mut fields = value.split(',');
                    let names = ["target=", "dst=", "destination="];
                    let target = fields
                        .find_map(|one| names.iter().find_map(|name| one.strip_prefix(name)))?;
                    cache.then(|| add(run.end(), format!(" && rm -rf {target}/*")))
                });
                targets.collect::<Vec<_>>()
            });
            mounted.collect()
        },
        equivalents: &[classes::IN_A_MOUNT],
    },
    Kind {
        name: "mount a cache over what is none",
        breaks: "What the script writes there is missing in the image.",
        mutate: |tree| {
            let found = runs(tree);
            let folders = ["/usr/local", "/app", "/var/lib"];
            let both = found.iter().flat_map(|run| folders.map(|folder| (run, folder)));
            both.map(|(run, folder)| {
                let flag = format!(" --mount=type=cache,target={folder}");
                add(run.instruction.keyword.end, flag)
            })
            .collect()
        },
        equivalents: &[classes::FAILS],
    },
    Kind {
        name: "put a flag between a flag and its argument",
        breaks: "The new flag is taken for a name of a file, a package or a suite.",
        mutate: inside_a_flag,
        equivalents: &[],
    },
    Kind {
        name: "put a flag of one program to another",
        breaks: "The program does not know the flag.",
        mutate: foreign_flags,
        equivalents: &[],
    },
    Kind {
        name: "put a flag behind --",
        breaks: "The flag is taken for a package.",
        mutate: |tree| {
            let found = runs(tree);
            let all = found.iter().flat_map(|run| commands(run.list));
            let installs = all.filter(|command| {
                words(tree, command).iter().any(|word| ["install", "add"].contains(&&**word))
            });
            installs.map(|one| add(one.span.end, " -- --no-cache")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "take a flag that keeps off the cache away",
        breaks: "A cache stays in the layer.",
        mutate: |tree| {
            let found = runs(tree);
            let all = found.iter().flat_map(|run| commands(run.list)).filter_map(simple);
            let flags = all
                .flat_map(|one| &one.words)
                .filter(|word| ["--no-cache", "--no-cache-dir"].contains(&&*tree.text(word.span)));
            flags.map(|word| put(word.span, "")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "install what is recommended, or not",
        breaks: "Packages are missing in the image, or there are more of them.",
        mutate: |tree| {
            let found = runs(tree);
            let all = found.iter().flat_map(|run| commands(run.list));
            let installs = all.filter(|command| {
                let words = words(tree, command);
                is_install(tree, command)
                    && !words.iter().any(|word| word == "--no-install-recommends")
            });
            let verbs = installs.filter_map(simple).filter_map(|simple| {
                let verb = simple.words.iter().find(|word| tree.raw(word.span) == "install");
                verb.map(|verb| verb.span.end)
            });
            verbs.map(|end| add(end, " --no-install-recommends")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "download before the manifest is there",
        breaks: "The download finds no list of what it is to fetch.",
        mutate: |tree| {
            let manifests = [
                ("go.mod", "go mod download"),
                ("package.json", "npm ci"),
                ("requirements.txt", "pip install -r requirements.txt"),
                ("Gemfile", "bundle install"),
                ("pom.xml", "mvn dependency:go-offline"),
            ];
            let copies = of_kind(tree, Keyword::Copy);
            let edits = copies.filter_map(|copy| {
                let text = tree.text(copy.arguments_span);
                let found = manifests.iter().find(|(name, _)| text.contains(name));
                let (_, call) = found?;
                Some(add(copy.lines.start, format!("RUN {call}{}", tree.newline())))
            });
            edits.collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "update the lists without an install",
        breaks: "Lists that nobody reads stay in the layer.",
        mutate: |tree| {
            let found = runs(tree);
            found.iter().map(|run| add(run.end(), " && apt-get update")).collect()
        },
        equivalents: &[],
    },
];

const LISTS: &str = "rm -rf /var/lib/apt/lists/*";

/// What is no cache, or more than one, and looks like it.
const MORE: &[&str] = &[
    "/var/lib/apt",
    "/var/lib/apt/lists /app",
    "/var/lib/apt/lists *",
    "/var/lib/apt/lists/* $HOME",
    "/var/lib/apt/lists/../../dpkg",
    "/var/lib/dpkg",
    "/var/lib",
    "/var/cache/apt /usr/share",
    "/usr/share/doc",
    "/etc/apt/sources.list.d/*",
    "/usr/local/lib/python3/site-packages",
    "/root",
    "/root/.ssh",
    "/root/.cache /root/.local",
    "node_modules",
    "/*",
];

/// Whether a call of apt installs something.
fn is_install(tree: &Dockerfile<'_>, command: &Command) -> bool {
    let words = words(tree, command);
    let apt = words.iter().take(2).any(|word| ["apt-get", "apt"].contains(&&**word));
    apt && words.iter().any(|word| word == "install")
}

fn installs(tree: &Dockerfile<'_>, run: &Scripted<'_>) -> bool {
    commands(run.list).into_iter().any(|command| is_install(tree, command))
}

fn updates(tree: &Dockerfile<'_>, run: &Scripted<'_>) -> bool {
    commands(run.list).into_iter().any(|command| words(tree, command).iter().any(|w| w == "update"))
}

/// The RUNs of each stage whose scripts were understood.
fn runs_by_stage<'d>(tree: &'d Dockerfile<'_>) -> Vec<Vec<Scripted<'d>>> {
    let runs = runs(tree);
    let of_stage = |stage: Vec<&Instruction>| {
        let inside = |run: &&Scripted<'d>| stage.iter().any(|one| one.span == run.instruction.span);
        runs.iter().filter(inside).copied().collect()
    };
    stages(tree).into_iter().map(of_stage).collect()
}

/// A RUN that updates, behind which the same stage installs without an update of its own.
fn lists_read_later(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let mut found = Vec::new();
    for runs in runs_by_stage(tree) {
        for (number, run) in runs.iter().enumerate() {
            let later = &runs[number + 1..];
            let next = later.iter().find(|one| installs(tree, one) || updates(tree, one));
            let relies = next.is_some_and(|next| installs(tree, next) && !updates(tree, next));
            let keeps = !tree.text(run.script.span).contains("/var/lib/apt/lists");
            if relies && keeps && updates(tree, run) {
                found.push(add(run.end(), format!(" && {LISTS}")));
            }
        }
    }
    found
}

/// Who fills a store, how it is emptied, and who reads it.
const STORES: &[(&str, &str, &str)] = &[
    ("go mod download", "go clean -modcache", "go build"),
    ("go get", "rm -rf /go/pkg/mod", "go build"),
    ("mvn", "rm -rf /root/.m2", "mvn"),
    ("gradle", "rm -rf /root/.gradle", "gradle"),
    ("cargo fetch", "rm -rf /usr/local/cargo/registry", "cargo"),
    ("cargo build", "rm -rf /usr/local/cargo/registry", "cargo"),
    ("dotnet restore", "dotnet nuget locals all --clear", "dotnet"),
    ("dotnet restore", "rm -rf /root/.nuget/packages", "dotnet"),
    ("yarn install", "yarn cache clean", "yarn install --offline"),
    ("npm ci", "npm cache clean --force", "npm ci --prefer-offline"),
    ("pip download", "rm -rf /root/.cache/pip", "pip install"),
    ("bundle install", "rm -rf /usr/local/bundle", "bundle"),
    ("gem install", "rm -rf /usr/local/bundle", "bundle"),
    ("npm install", "rm -rf node_modules", "npm"),
    ("pip install", "rm -rf /usr/local/lib/python3.9", "python"),
    ("composer install", "rm -rf vendor", "composer"),
];

fn stores_read_later(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let mut found = Vec::new();
    for runs in runs_by_stage(tree) {
        let texts: Vec<_> = runs.iter().map(|run| tree.text(run.script.span)).collect();
        for (number, run) in runs.iter().enumerate() {
            for (fills, removal, reads) in STORES {
                let later = &texts[number + 1..];
                let needed = later.iter().any(|text| text.contains(reads));
                if needed && texts[number].contains(fills) {
                    found.push(add(run.end(), format!(" && {removal}")));
                }
            }
        }
    }
    found
}

/// The last RUN of a stage removes what a later stage copies from it.
fn copied_later(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let runs = runs_by_stage(tree);
    let mut found = Vec::new();
    for copy in of_kind(tree, Keyword::Copy) {
        let from = copy.flags.iter().find(|flag| tree.raw(flag.name) == "from");
        let Some(from) = from.and_then(|flag| flag.value) else { continue };
        let Some(stage) = stage_number(tree, tree.raw(from)) else { continue };
        let Some(last) = runs.get(stage).and_then(|runs| runs.last()) else { continue };
        let Arguments::Words(words) = &copy.arguments else { continue };
        let Some((_, sources)) = words.split_last() else { continue };
        for source in sources {
            found.push(add(last.end(), format!(" && rm -rf {}", tree.text(source.span))));
        }
    }
    found
}

fn stage_number(tree: &Dockerfile<'_>, name: &str) -> Option<usize> {
    let mut names = of_kind(tree, Keyword::From).map(|one| match &one.arguments {
        Arguments::From(from) => from.name.map(|name| tree.raw(name)),
        _ => None,
    });
    let named = names.position(|one| one.is_some_and(|one| one.eq_ignore_ascii_case(name)));
    named.or_else(|| name.parse().ok())
}

/// Behind a USER that is not root.
fn as_another_user(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let mut found = Vec::new();
    let runs = runs(tree);
    for stage in stages(tree) {
        let mut root = true;
        for instruction in stage {
            if instruction.kind == Keyword::User {
                let user = tree.text(instruction.arguments_span);
                let name = user.split(':').next().unwrap_or_default();
                root = ["root", "0"].contains(&name) || name.contains('$');
            }
            let run = runs.iter().find(|run| run.instruction.span == instruction.span);
            if let (false, Some(run)) = (root, run) {
                found.push(add(run.end(), format!(" && {LISTS}")));
            }
        }
    }
    found
}

/// In each list of an `if` or `case` that does not install, where another one does.
fn in_another_branch(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let found = runs(tree);
    let all = found.iter().flat_map(|run| commands(run.list));
    let branching = all.filter(|command| {
        matches!(command.kind, CommandKind::If { .. } | CommandKind::Case { .. })
    });
    let mut edits = Vec::new();
    for command in branching {
        let (with, without): (Vec<_>, Vec<_>) =
            inner_lists(command).into_iter().partition(|list| {
                lists(list).into_iter().flat_map(commands).any(|one| is_install(tree, one))
            });
        let ends = without.iter().filter_map(|list| list.statements.last());
        let ends = ends.filter(|_| !with.is_empty()).map(|last| last.span.end);
        edits.extend(ends.map(|end| add(end, format!("; {LISTS}"))));
    }
    edits
}

/// Flags that take an argument, by program, and a flag that is right for that program elsewhere.
const TAKES: &[(&str, &[&str], &str)] = &[
    (
        "pip",
        &["-r", "-c", "--requirement", "-i", "--index-url", "-f", "-e", "-t"],
        "--no-cache-dir",
    ),
    (
        "pip3",
        &["-r", "-c", "--requirement", "-i", "--index-url", "-f", "-e", "-t"],
        "--no-cache-dir",
    ),
    ("apk", &["--virtual", "-t", "--repository", "-X", "-p"], "--no-cache"),
    ("apt-get", &["-t", "-o", "-c", "--target-release"], "--no-install-recommends"),
    ("npm", &["--prefix", "--registry", "-w"], "--cache=/tmp/npm"),
    ("gem", &["-v", "--version", "-i", "-n"], "--no-document"),
];

/// The calls of a program with the rows of a table that speak of it.
fn on_calls(
    tree: &Dockerfile<'_>,
    give: impl Fn(&[Word], &'static (&'static str, &'static [&'static str], &'static str)) -> Vec<Edits>,
) -> Vec<Edits> {
    let found = runs(tree);
    let mut edits = Vec::new();
    for command in found.iter().flat_map(|run| commands(run.list)) {
        let names = words(tree, command);
        let called = names.iter().find(|name| *name != "sudo");
        let row = TAKES.iter().find(|row| called.is_some_and(|name| name == row.0));
        if let (Some(row), Some(simple)) = (row, simple(command)) {
            edits.extend(give(&simple.words, row));
        }
    }
    edits
}

fn inside_a_flag(tree: &Dockerfile<'_>) -> Vec<Edits> {
    on_calls(tree, |words, (_, takes, flag)| {
        let taking = words.iter().filter(|word| takes.contains(&tree.raw(word.span)));
        taking.map(|word| add(word.span.end, format!(" {flag}"))).collect()
    })
}

/// What avoids a cache in one program is an unknown option in the next.
fn foreign_flags(tree: &Dockerfile<'_>) -> Vec<Edits> {
    on_calls(tree, |words, (program, _, own)| {
        let others = TAKES.iter().filter(|(_, _, flag)| flag != own);
        let others = others.filter(|(other, _, _)| other != program).map(|(_, _, flag)| flag);
        let verb = words.iter().find(|word| ["install", "add", "i"].contains(&tree.raw(word.span)));
        let end = verb.map(|verb: &Word| Span::empty(verb.span.end));
        end.map(|end| others.map(|flag| put(end, format!(" {flag}"))).collect()).unwrap_or_default()
    })
}
