//! Words of a command that are lost, changed, or quoted in another way.

use dockslim_syntax::shell::{PartKind, Redirect, Word};
use dockslim_syntax::{Dockerfile, Edits, Span};

use super::classes;
use super::kind::{Kind, add, cut, put, swap};
use super::places::{all_words, arguments, commands, expands, name, scripts, simple, words};

pub(crate) const WORDS: &[Kind] = &[
    Kind {
        name: "put a variable between single quotes",
        breaks: "The command gets the name of the variable instead of its value.",
        mutate: |tree| {
            on_words(tree, |tree, word| {
                let quoted = word.parts.iter().filter(|part| {
                    let variable = matches!(&part.kind, PartKind::DoubleQuoted(p) if expands(p));
                    variable && !tree.raw(part.span).contains('\'')
                });
                quoted.map(|part| requoted(tree, part.span, '\'')).collect()
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "put single quotes into double ones",
        breaks: "The shell expands what was to be taken as it stands.",
        mutate: |tree| {
            on_words(tree, |tree, word| {
                let quoted = word.parts.iter().filter(|part| {
                    let raw = tree.raw(part.span);
                    matches!(part.kind, PartKind::SingleQuoted)
                        && raw.starts_with('\'')
                        && raw.contains(['$', '`'])
                        && !raw.contains('"')
                });
                quoted.map(|part| requoted(tree, part.span, '"')).collect()
            })
        },
        equivalents: &[classes::NOTHING_TO_EXPAND],
    },
    Kind {
        name: "take the quotes off a variable",
        breaks: "A value with blanks becomes several words.",
        mutate: unquoted,
        equivalents: &[],
    },
    Kind {
        name: "put quotes around a variable",
        breaks: "A value with blanks becomes one word.",
        mutate: |tree| {
            let found = scripts(tree);
            let words = found.iter().flat_map(|one| arguments(one.list));
            let bare = words.filter(
                |word| matches!(&word.parts[..], [part] if expands(std::slice::from_ref(part))),
            );
            bare.map(|word| put(word.span, format!("\"{}\"", tree.raw(word.span)))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "put quotes around a pattern",
        breaks: "The command gets the pattern instead of the files that it stands for.",
        mutate: |tree| {
            let found = scripts(tree);
            let words = found.iter().flat_map(|one| arguments(one.list));
            let patterns = words.filter(|word| {
                let plain =
                    matches!(word.parts[..], [ref p] if matches!(p.kind, PartKind::Literal));
                plain && tree.raw(word.span).contains('*')
            });
            patterns.map(|word| put(word.span, format!("'{}'", tree.raw(word.span)))).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "lose a quote",
        breaks: "The rest of the script is read in another way, or not at all.",
        mutate: |tree| {
            on_words(tree, |_, word| {
                let quoted = word.parts.iter().filter(|part| {
                    matches!(part.kind, PartKind::SingleQuoted | PartKind::DoubleQuoted(_))
                });
                quoted.flat_map(|part| quotes(part.span)).map(cut).collect()
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a redirection",
        breaks: "A file is not written or not read.",
        mutate: |tree| on_redirects(tree, |_, redirect| Some(cut(redirect.span))),
        equivalents: &[],
    },
    Kind {
        name: "redirect the output instead of the errors",
        breaks: "A file gets what was to be printed.",
        mutate: |tree| {
            on_redirects(tree, |tree, redirect| {
                let errors = redirect.descriptor.filter(|number| tree.raw(*number) == "2");
                errors.map(cut)
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "append instead of writing anew",
        breaks: "A file keeps what was to be replaced.",
        mutate: |tree| operators(tree, ">", ">>"),
        equivalents: &[],
    },
    Kind {
        name: "write anew instead of appending",
        breaks: "A file loses what it held.",
        mutate: |tree| operators(tree, ">>", ">"),
        equivalents: &[],
    },
    Kind {
        name: "swap the operands of a command",
        breaks: "Source and destination change places.",
        mutate: |tree| {
            on_commands(tree, &["cp", "mv", "ln", "install", "rsync", "diff"], |tree, words| {
                let [.., one, other] = words else { return Vec::new() };
                let plain = [one, other].iter().all(|word| !tree.raw(word.span).starts_with('-'));
                let long = words.len() > 2 && plain;
                swap(tree, one.span, other.span).filter(|_| long).into_iter().collect()
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a package of an install",
        breaks: "A package is missing in the image.",
        mutate: |tree| {
            on_commands(tree, INSTALLERS, |tree, words| {
                let packages = packages(tree, words).skip(1);
                let places = packages
                    .map(|index| Span::new(words[index - 1].span.end, words[index].span.end));
                places.map(cut).collect()
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "rename a package of an install",
        breaks: "Another package is installed.",
        mutate: |tree| {
            on_commands(tree, INSTALLERS, |tree, words| {
                let packages = packages(tree, words).skip(1);
                packages.map(|index| add(words[index].span.end, "x")).collect()
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "swap a package with the argument of a flag",
        breaks: "A package is taken for a suite, a folder or a list, and the other way round.",
        mutate: |tree| {
            on_commands(tree, INSTALLERS, |tree, words| {
                let flags = (0..words.len().saturating_sub(2)).filter(|index| {
                    ["-t", "-r", "-c", "--target", "--virtual", "-i", "--prefix", "-X"]
                        .contains(&&*tree.text(words[*index].span))
                });
                let swaps = flags
                    .filter_map(|index| swap(tree, words[index + 1].span, words[index + 2].span));
                swaps.collect()
            })
        },
        equivalents: &[],
    },
    Kind {
        name: "drop a flag of a command",
        breaks: "A command does something else.",
        mutate: |tree| {
            let found = scripts(tree);
            let words = found.iter().flat_map(|one| arguments(one.list));
            let flags = words.filter(|word| tree.raw(word.span).starts_with('-'));
            flags.map(|word| cut(word.span)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change a word of a command",
        breaks: "A command does something else.",
        mutate: |tree| {
            let found = scripts(tree);
            let words = found.iter().flat_map(|one| arguments(one.list));
            words.map(|word| add(word.span.end, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "drop an assignment in front of a command",
        breaks: "A command does not see a variable.",
        mutate: |tree| {
            let found = scripts(tree);
            let all = found.iter().flat_map(|one| commands(one.list)).filter_map(simple);
            let called = all.filter(|simple| !simple.words.is_empty());
            called.flat_map(|one| &one.assignments).map(|one| cut(one.span)).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "change an assigned value",
        breaks: "A variable has another value.",
        mutate: |tree| {
            let found = scripts(tree);
            let all = found.iter().flat_map(|one| commands(one.list)).filter_map(simple);
            all.flat_map(|one| &one.assignments).map(|one| add(one.span.end, "x")).collect()
        },
        equivalents: &[],
    },
    Kind {
        name: "run a command through sudo",
        breaks: "A command runs as another user, in another environment.",
        mutate: |tree| {
            let found = scripts(tree);
            let all = found.iter().flat_map(|one| commands(one.list));
            let named =
                all.filter(|one| !["", "sudo", "cd", "export"].contains(&&*name(tree, one)));
            named.filter_map(simple).map(|one| add(one.words[0].span.start, "sudo ")).collect()
        },
        equivalents: &[],
    },
];

/// The programs whose last words are packages, and the verbs before these.
const INSTALLERS: &[&str] = &[
    "apt-get", "apt", "aptitude", "apk", "yum", "dnf", "microdnf", "zypper", "pacman", "pip",
    "pip3", "npm", "yarn", "gem", "conda", "go", "cargo",
];

const VERBS: &[&str] = &["install", "add", "in", "i", "-S", "-Sy", "-Syu", "get"];

/// The numbers of the words behind the verb of an install that are no flags, the verb first.
fn packages<'w>(tree: &'w Dockerfile<'_>, words: &'w [Word]) -> impl Iterator<Item = usize> + 'w {
    let text = |index: &usize| tree.text(words[*index].span);
    let verb = (1..words.len()).find(|index| VERBS.contains(&&*text(index)));
    let behind = verb.map_or(words.len(), |verb| verb);
    (behind..words.len()).filter(move |index| Some(*index) == verb || !text(index).starts_with('-'))
}

fn on_words(tree: &Dockerfile<'_>, give: fn(&Dockerfile<'_>, &Word) -> Vec<Edits>) -> Vec<Edits> {
    let found = scripts(tree);
    let words = found.iter().flat_map(|one| all_words(one.list));
    words.flat_map(|word| give(tree, word)).collect()
}

fn on_commands(
    tree: &Dockerfile<'_>,
    programs: &[&str],
    give: fn(&Dockerfile<'_>, &[Word]) -> Vec<Edits>,
) -> Vec<Edits> {
    let found = scripts(tree);
    let all = found.iter().flat_map(|one| commands(one.list));
    let named = all.filter(|command| {
        let words = words(tree, command);
        let called = words.iter().find(|word| *word != "sudo");
        called.is_some_and(|word| programs.contains(&&**word))
    });
    named.filter_map(simple).flat_map(|simple| give(tree, &simple.words)).collect()
}

fn on_redirects(
    tree: &Dockerfile<'_>,
    give: fn(&Dockerfile<'_>, &Redirect) -> Option<Edits>,
) -> Vec<Edits> {
    let found = scripts(tree);
    let all = found.iter().flat_map(|one| commands(one.list)).flat_map(|one| &one.redirects);
    let plain = all.filter(|redirect| !redirect.heredoc);
    plain.filter_map(|redirect| give(tree, redirect)).collect()
}

fn operators(tree: &Dockerfile<'_>, old: &str, new: &str) -> Vec<Edits> {
    let found = scripts(tree);
    let all = found.iter().flat_map(|one| commands(one.list)).flat_map(|one| &one.redirects);
    let wanted = all.filter(|redirect| tree.raw(redirect.operator) == old);
    wanted.map(|redirect| put(redirect.operator, new)).collect()
}

/// The first and the last byte of a quotation.
fn quotes(span: Span) -> [Span; 2] {
    [Span::new(span.start, span.start + 1), Span::new(span.end - 1, span.end)]
}

fn requoted(tree: &Dockerfile<'_>, span: Span, quote: char) -> Edits {
    let inside = tree.raw(Span::new(span.start + 1, span.end - 1));
    put(span, format!("{quote}{inside}{quote}"))
}

/// Only arguments: an assigned value is not parted into words anyway.
fn unquoted(tree: &Dockerfile<'_>) -> Vec<Edits> {
    let found = scripts(tree);
    let words = found.iter().flat_map(|one| arguments(one.list));
    let quoted = words.filter(|word| {
        let [part] = &word.parts[..] else { return false };
        matches!(&part.kind, PartKind::DoubleQuoted(inner)
            if matches!(inner[..], [ref only] if expands(std::slice::from_ref(only))))
    });
    let inside = |word: &Word| Span::new(word.span.start + 1, word.span.end - 1);
    quoted.map(|word| put(word.span, tree.raw(inside(word)))).collect()
}
