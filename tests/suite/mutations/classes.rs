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
        let paths: Vec<&str> =
            directories.map(|one| mutant.before.raw(one.arguments_span)).collect();
        mutant.edits.iter().all(|edit| {
            let path = edit.text.trim_start_matches("(cd ").trim_end_matches(')');
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
            let text = edit.text.trim_start_matches(" && ");
            let sets = ["set ", "export "].iter().any(|name| text.starts_with(name));
            let cleans = CLEANS.iter().any(|clean| text.starts_with(clean));
            cleans || text.contains("(){") || (sets && !text.contains(['$', '`']))
        })
    },
};

/// A clean-up that is repeated, or put where the script has ended well.
pub(crate) const CLEAN_UP: Class = Class {
    name: "only a clean-up of a package manager is added, and it runs where the script went well",
    holds: |mutant| {
        let mut before = story(mutant.before, true).into_iter().peekable();
        let added = |step: &String| CLEANS.iter().any(|clean| step.starts_with(clean));
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
    "yarn cache clean",
];

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
