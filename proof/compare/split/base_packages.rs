//! pip, and setuptools and wheel, which images of Python up to 3.11 hold beside it (docker-library/python): a COPY of what pip has installed
//! would lie over those of the new base, and two of a kind would be there.

use dockslim_contract::BuildContext;

use super::Added;
use super::bases::{Kind, official};
use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::program::{Action, Call, Demand, visit};
use crate::shell::{Command, readable};
use crate::stages::Stage;

const OWN: [&str; 2] = ["setuptools", "wheel"];

/// Whether a call takes those of the base away, and nothing else.
pub(super) fn takes_away(call: &Call<'_>) -> bool {
    let words: Vec<&str> = call.words.iter().map(|word| &**word).collect();
    words == ["pip", "uninstall", "-y", OWN[0], OWN[1]]
        && call.assignments.is_empty()
        && call.redirects.is_empty()
}

impl Runtime<'_, '_> {
    /// No package of the new base lies below another one of the same name, and none is gone that the build had.
    pub(super) fn base_packages(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let mut modules = places.iter().map(|place| place.target.as_str()).filter(|target| {
            is_within(target, "/usr/local/lib") && target.ends_with("/site-packages")
        });
        let modules = modules.next();
        let gone = self.new.steps.iter().any(|step| match &step.action {
            Action::Call(call) => step.demand == Demand::Must && takes_away(call),
            _ => false,
        });
        if gone && modules.is_none() {
            return Err("setuptools is taken away, and nothing brings it again".to_owned());
        }
        let lies_below =
            kind.is_kin() && modules.is_some() && self.brings_own() && self.may_change();
        if lies_below && !gone {
            return Err("setuptools or wheel of the new base would lie below another".to_owned());
        }
        let copied = kind.is_kin() && modules.is_some();
        if copied && bring_pip(self.old, self.context) && !self.added.contains(&Added::OfBase) {
            return Err("pip of the new base would lie below another".to_owned());
        }
        Ok(())
    }

    /// Whether the image brings them: it is one of Python, and not known to be of 3.12 or later.
    fn brings_own(&self) -> bool {
        let image = official(&self.old.image);
        let Some(tag) = image.strip_prefix("python:") else { return image == "python" };
        let mut numbers = tag.split(['.', '-']).map(|part| part.parse::<u32>().ok());
        !matches!((numbers.next().flatten(), numbers.next().flatten()), (Some(3), Some(12..)))
    }

    /// Whether the build may have brought others, or taken them away.
    fn may_change(&self) -> bool {
        let mut named = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let command = Command::of(&call.words);
                let pip = call
                    .words
                    .iter()
                    .any(|word| word.contains("pip") || word == "uv" || word == "poetry");
                let words = command.words.iter().flatten();
                named |= pip && words.into_iter().any(|word| names_own(word));
                let unknown = call.words.iter().any(|word| names_own(&readable(word)));
                named |= pip && unknown;
            }
        });
        let Some(context) = self.context else { return true };
        named
            || context.entries().any(|(path, _)| {
                let text = context.text(path).unwrap_or_default();
                let name = path.rsplit('/').next().unwrap_or(path);
                if name.ends_with(".txt") || name.ends_with(".in") || name == "setup.cfg" {
                    text.lines().any(names_own)
                } else if name == "setup.py" {
                    quoted(text)
                } else if matches!(name, "poetry.lock" | "Pipfile.lock") {
                    // A package begins with its name, as a value or as a key.
                    let mut lines = text.lines().map(|line| line.replace(['"', ' '], ""));
                    lines.any(|line| {
                        let key = line.strip_suffix(":{");
                        line.strip_prefix("name=").or(key).is_some_and(names_own)
                    })
                } else if name == "pyproject.toml" {
                    // What builds a project is installed beside, and not for it.
                    let tables = text.split("\n[").map(|table| table.trim_start_matches('['));
                    tables.filter(|table| !table.starts_with("build-system]")).any(quoted)
                } else {
                    false
                }
            })
    }
}

/// Whether an install of a stage, or a list of requirements, names pip itself.
pub(super) fn bring_pip(old: &Stage<'_>, context: Option<&BuildContext>) -> bool {
    let is_pip = |text: &str| {
        let rest = text.trim().strip_prefix("pip");
        let ends =
            |rest: &str| rest.is_empty() || rest.starts_with(['=', '<', '>', '~', '!', ' ', '[']);
        rest.is_some_and(ends)
    };
    let mut brings = false;
    visit(&old.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let at = call.words.iter().position(|word| word == "install");
        brings |= at.is_some_and(|at| call.words[at + 1..].iter().any(|word| is_pip(word)));
    });
    let listed = |context: &BuildContext| {
        context.entries().any(|(path, _)| {
            let text = || context.text(path).unwrap_or_default();
            path.ends_with(".txt") && text().lines().any(is_pip)
        })
    };
    brings || context.is_some_and(listed)
}

/// Whether a requirement begins with one of the names.
fn names_own(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    OWN.iter().chain(&["distribute", "pipenv"]).any(|name| {
        let rest = text.strip_prefix(name);
        rest.is_some_and(|rest| {
            !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "-_.".contains(c))
        })
    })
}

/// Whether one of them stands in quotes.
fn quoted(text: &str) -> bool {
    ["\"", "'"].iter().any(|quote| {
        text.match_indices(quote).any(|(at, _)| {
            let inside = text[at + 1..].split(*quote).next().unwrap_or_default();
            names_own(inside)
        })
    })
}
