//! Classes of changes that are wrong by their kind and break nothing by their place.
//!
//! Each is told by looks alone, in a way that owes nothing to the proof.

use dockslim_syntax::shell::outline;
use dockslim_syntax::{Dockerfile, Instruction, Keyword};

use super::kind::Class;
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
