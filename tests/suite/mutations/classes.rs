//! Classes of changes that are wrong by their kind and break nothing by their place.
//!
//! Each is told by looks alone, in a way that owes nothing to the proof.

use dockslim_syntax::shell::outline;
use dockslim_syntax::{Dockerfile, Instruction, Keyword};

use super::kind::Class;
use super::places::{lists, scripts};
use super::script::is_sure;
use super::story::story;

/// Holds for every kind.
pub(crate) const SAME_READING: Class = Class {
    name: "both files read the same, word by word",
    holds: |mutant| readings(mutant.before) == readings(mutant.after),
};

/// Holds for every kind: what never was built cannot be broken.
pub(crate) const REFUSED: Class = Class {
    name: "no builder takes the file as it was: something else than ARG stands above FROM",
    holds: |mutant| {
        let kinds = mutant.before.instructions().map(|(_, one)| one.kind);
        kinds.into_iter().find(|kind| *kind != Keyword::Arg) != Some(Keyword::From)
    },
};

/// Holds for every kind.
pub(crate) const SAME_STEPS: Class = Class {
    name: "each step does and sees the same, and each image ends with the same settings",
    holds: |mutant| story(mutant.before, false) == story(mutant.after, false),
};

/// Holds for every kind.
pub(crate) const SAME_COMMANDS: Class = Class {
    name: "the same commands run one after the other, each in the same surroundings",
    holds: |mutant| story(mutant.before, true) == story(mutant.after, true),
};

/// A single quotation that becomes a double one.
pub(crate) const NOTHING_TO_EXPAND: Class = Class {
    name: "no sign in the quotation means something between double quotes",
    holds: |mutant| {
        mutant.edits.iter().all(|edit| {
            let text = edit.text.trim_matches('"');
            let signs =
                text.match_indices(['$', '`', '\\']).map(|(at, sign)| (sign, &text[at + 1..]));
            signs.into_iter().all(|(sign, behind)| {
                let next = behind.chars().next().unwrap_or('/');
                match sign {
                    "$" => !next.is_alphanumeric() && !"_{(@*#?-$!".contains(next),
                    "\\" => !"$`\"\\\n".contains(next),
                    _ => false,
                }
            })
        })
    },
};

/// `&&` and `;` behind what always ends well.
pub(crate) const ENDS_WELL: Class = Class {
    name: "what stands in front of the sign does not fail",
    holds: |mutant| {
        let tree = mutant.before;
        let scripts = scripts(tree);
        let all = scripts.iter().flat_map(|one| lists(one.list)).flat_map(|list| &list.statements);
        let mut fronts = all.flat_map(|statement| {
            let end = statement.end.map(|end| (end.span, statement.clone()));
            let inner = statement.rest.iter().enumerate().map(|(number, (sign, _))| {
                let mut front = statement.clone();
                front.rest.truncate(number);
                (sign.span, front)
            });
            end.into_iter().chain(inner)
        });
        mutant
            .edits
            .iter()
            .all(|edit| fronts.any(|(sign, front)| sign == edit.span && is_sure(tree, &front)))
    },
};

/// `cd` to where the script stands anyway.
pub(crate) const STANDS_THERE: Class = Class {
    name: "the script stands there anyway",
    holds: |mutant| {
        let directories = mutant.before.instructions().map(|(_, one)| one);
        let directories = directories.filter(|one| one.kind == Keyword::Workdir);
        let paths: Vec<&str> = directories
            .map(|one| mutant.before.raw(one.arguments_span).trim_end_matches('/'))
            .collect();
        mutant.edits.iter().all(|edit| {
            let path = edit.text.trim_start_matches("(cd ").trim_end_matches([')', '/']);
            paths.contains(&path)
        })
    },
};

/// A removal by those who wrote what is removed.
pub(crate) const OWN_LISTS: Class = Class {
    name: "who removes the lists has written them in the same script",
    holds: |mutant| {
        let tree = mutant.before;
        mutant.edits.iter().all(|edit| {
            let scripts = scripts(tree).into_iter();
            let mut texts = scripts.filter(|one| one.end() == edit.span.start);
            texts.any(|one| {
                let text = tree.text(one.script.span);
                text.contains("apt-get update") && !text.contains("sudo")
            })
        })
    },
};

/// A command of which the second time does nothing.
pub(crate) const DONE_ALREADY: Class = Class {
    name: "doing it once more does nothing more",
    holds: |mutant| {
        mutant.edits.iter().all(|edit| {
            let text = edit.text.trim().trim_start_matches("&& ").trim_start_matches("RUN ");
            text.contains("(){") || text.split("&&").all(|one| is_done_once(one.trim()))
        })
    },
};

fn is_done_once(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().filter(|word| *word != "\\").collect();
    if is_clean_up(command) {
        return true;
    }
    let plain = !command.contains(['$', '`', ';', '|', '>']);
    let remark = command.starts_with("`#") && command.ends_with('`') && !command.contains('$');
    remark
        || plain
            && match words[..] {
                ["set" | "export" | "umask" | "true" | ":", ..] => true,
                ["rm", flags, ..] | ["sudo", "rm", flags, ..] => {
                    flags.starts_with('-') && !flags.starts_with("--") && flags.contains('f')
                }
                [assignment] => assignment.contains('='),
                [first, ..] if first.contains("=\"") => {
                    command.matches('"').count() == 2 && command.ends_with('"')
                }
                _ => false,
            }
}

/// Whether a command empties a cache, and does not fail.
fn is_clean_up(command: &str) -> bool {
    let command = command.trim_start_matches("sudo ");
    // Whatever folder the program lies in.
    let (program, rest) = command.split_once(' ').unwrap_or((command, ""));
    let program = program.rsplit('/').next().unwrap_or(program);
    let command = &format!("{program} {rest}");
    CLEANS.iter().any(|clean| command.starts_with(clean))
}

/// A clean-up that is repeated, or put where the script has ended well.
pub(crate) const CLEAN_UP: Class = Class {
    name: "only a clean-up of a package manager is added, and it runs where the script went well",
    holds: |mutant| {
        let mut before = story(mutant.before, true).into_iter().peekable();
        let added = |step: &String| is_clean_up(step);
        let after = story(mutant.after, true);
        after.iter().all(|step| before.next_if_eq(step).is_some() || added(step))
            && before.next().is_none()
    },
};

/// What empties a cache, and does not fail.
const CLEANS: &[&str] = &[
    "rm -rf /var/lib/apt/lists",
    "rm -rf /var/cache/apk/*",
    "apt-get clean",
    "apt-get autoclean",
    "apt clean",
    "yum clean all",
    "dnf clean all",
    "microdnf clean all",
    "npm cache clean --force",
    "npm cache clean -f",
    "pacman -Scc --noconfirm",
    "conda clean -",
    "mamba clean -",
    "micromamba clean -",
    "tdnf clean all",
    "zypper clean -",
    "composer clear-cache",
    "composer clearcache",
    "npm cache clear --force",
    "apt autoclean",
    "apt-get dist-clean",
    "pip cache purge",
    "uv cache clean",
    "pecl clear-cache",
    "yarn cache clean",
];

/// Tracing is switched on or off.
pub(crate) const ONLY_TRACED: Class = Class {
    name: "only `set -x` differs, which prints what runs",
    holds: |mutant| untraced(mutant.before.source) == untraced(mutant.after.source),
};

/// A text without `set -x`, and with one blank between words.
fn untraced(source: &str) -> String {
    let words = source.split_whitespace().filter(|word| *word != "\\");
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        let sets = kept.last().is_some_and(|last| last.ends_with("set"));
        let traces = sets && word.starts_with('-') && !word.starts_with("--");
        kept.push(if traces { word.replace('x', "") } else { word.to_owned() });
    }
    kept.join(" ").replace("set - && ", "").replace("set -; ", "")
}

/// A line of a script that the shell does not read, or does not need.
pub(crate) const A_REMARK: Class = Class {
    name: "the line is a comment, or ends the last arm of a case",
    holds: |mutant| {
        let source = mutant.before.source;
        mutant.edits.iter().all(|edit| {
            let from = source[..edit.span.start].rfind('\n').map_or(0, |at| at + 1);
            let mut lines = source[from..].lines().map(str::trim);
            let line = lines.next().unwrap_or_default();
            let next = lines.find(|line| !line.is_empty()).unwrap_or_default();
            (line.starts_with('#') && !line.starts_with("#!"))
                || (line == ";;" && next.starts_with("esac") && edit.text.trim().is_empty())
        })
    },
};

/// A script that fails whatever it is.
pub(crate) const FAILS: Class = Class {
    name: "the build ends there, as it is meant to",
    holds: |mutant| {
        let runs = mutant.before.instructions().filter(|(_, one)| one.kind == Keyword::Run);
        runs.into_iter().any(|(_, run)| mutant.before.text(run.arguments_span) == "exit 1")
    },
};

/// ADD of a whole folder.
pub(crate) const A_FOLDER: Class = Class {
    name: "ADD copies a folder as COPY does: only archives that it names are unpacked",
    holds: |mutant| {
        mutant.before.instructions().zip(mutant.after.instructions()).all(|((_, old), (_, new))| {
            let text = mutant.before.text(old.arguments_span).replace(['[', ']', '"', ','], " ");
            let words: Vec<&str> = text.split_whitespace().collect();
            old.kind == new.kind || matches!(words[..], ["." | "./", _])
        })
    },
};

/// A removal of what lies in a cache mount.
pub(crate) const IN_A_MOUNT: Class = Class {
    name: "what a cache mount holds is no part of the image, and is fetched again",
    holds: |mutant| {
        mutant.edits.iter().all(|edit| {
            let place = edit.text.trim_start_matches(" && rm -rf ").trim_end_matches("/*");
            ["/var/cache/", "/root/.cache/", "/root/.npm", "~/.cache/", "/var/lib/apt"]
                .iter()
                .any(|one| place.starts_with(one))
        })
    },
};

/// An install that fetches the lists by itself.
pub(crate) const FETCHES: Class = Class {
    name: "the install fetches the lists by itself",
    holds: |mutant| {
        mutant.edits.iter().all(|edit| {
            let behind = &mutant.before.source[edit.span.end..];
            behind.starts_with("apt-get --update")
        })
    },
};

/// The instructions of a file as the builder and the shell read them.
fn readings(tree: &Dockerfile<'_>) -> Vec<String> {
    tree.instructions().map(|(_, one)| reading(tree, one)).collect()
}

fn reading(tree: &Dockerfile<'_>, instruction: &Instruction) -> String {
    let flags = instruction.flags.iter().map(|flag| tree.text(flag.span));
    let flags = flags.collect::<Vec<_>>().join(" ");
    let bodies = instruction.heredocs.iter().map(|heredoc| tree.raw(heredoc.body));
    let bodies = bodies.collect::<Vec<_>>().join("\0");
    let script = instruction.script().filter(|script| script.body.is_ok());
    let arguments = script.map(|script| outline(tree, script));
    let arguments = arguments.unwrap_or_else(|| tree.text(instruction.arguments_span).into_owned());
    format!("{:?} {flags} {arguments} {bodies}", instruction.kind)
}
