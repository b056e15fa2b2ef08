//! What leads an install to files that a COPY brings: variables, settings that a command has written, files of settings.

use super::super::copied::{Brought, Whole};
use super::super::folders::{absolute, image, is_within};
use super::super::installs;
use super::Moved;
use crate::program::{Action, Call, Step, visit};
use crate::shell::{StateNumber, plain, readable};

impl<'t> Moved<'_, 't> {
    /// Whether no variable leads a program to a folder, nor to a file in it, but for what the install itself fills.
    pub(super) fn is_unnamed(
        &self,
        whole: &Whole<'_, 't>,
        here: &str,
        state: StateNumber,
        fills: &[String],
    ) -> bool {
        // Names of applications and of their parts, which no package manager asks for.
        const HARMLESS: &[&str] =
            &["APP_", "WORK", "PROJECT", "SRC", "DJANGO_", "FLASK_", "RAILS_"];
        // Python runs or takes for installed what it finds where its path leads
        // (https://docs.python.org/3/library/site.html).
        const PYTHON: &[&str] = &[
            "sitecustomize.py",
            "usercustomize.py",
            ".dist-info",
            ".egg-info",
            ".pth",
            ".egg-link",
        ];
        let place = whole.place.as_str();
        let seen = self.states.seen(state);
        let flags = seen.surroundings.flags.iter().all(|flag| {
            flag.starts_with("--mount=type=cache,")
                && !flag.contains("from=")
                && !flag.contains(place)
        });
        let python =
            self.context.entries().any(|(path, _)| PYTHON.iter().any(|name| path.ends_with(name)));
        let leads = |entry: &str| {
            let above = entry.strip_suffix("/bin").unwrap_or(entry);
            let file = absolute(entry, here, image(&self.stage.image))
                .and_then(|path| whole.source(&path));
            entry.contains(place)
                || (above.len() > 1 && above.starts_with('/') && is_within(place, above))
                || (!entry.starts_with('/')
                    && file.is_some_and(|path| !path.is_empty() && self.context.exists(&path)))
        };
        let fine = |(name, value): (&String, &String)| {
            let value = value.strip_prefix('=').unwrap_or(value);
            let entries = value.split([':', ' ', '=', ',', '"', '\'']);
            let filled = |entry: &str| {
                absolute(entry, here, image(&self.stage.image))
                    .is_some_and(|path| fills.iter().any(|folder| is_within(&path, folder)))
            };
            let mut entries = entries.filter(|entry| {
                !entry.is_empty() && !entry.ends_with("/node_modules/.bin") && !filled(entry)
            });
            HARMLESS.iter().any(|known| name.starts_with(known))
                || matches!(name.as_str(), "APP" | "APPDIR" | "APPROOT" | "DIR" | "DIRPATH")
                || (name == "PYTHONPATH" && !python)
                || !entries.any(leads)
        };
        flags && seen.surroundings.environment.iter().all(fine) && seen.variables.iter().all(fine)
    }

    /// Whether nothing in front of a step speaks of a folder: settings that a script writes, or a file that is copied to where
    /// programs look for theirs, may lead an install there.
    pub(super) fn is_not_spoken_of(&self, whole: &Whole<'_, 't>, here: &str, until: usize) -> bool {
        let place = whole.place.as_str();
        let silent = |steps: &[Step<'t>], own: bool| {
            let mut silent = true;
            for (number, step) in steps.iter().enumerate() {
                // What a download writes, it takes away again.
                let is_download = own && self.order.downloads[number].is_some();
                visit(std::slice::from_ref(step), &mut |step| match &step.action {
                    Action::Call(call) => {
                        let program =
                            call.words.first().and_then(|word| plain(word)).unwrap_or_default();
                        let makes = matches!(program, "mkdir" | "chown" | "chmod" | "cd" | "rm");
                        let all = call.words.iter().chain(&call.redirects).chain(&call.assignments);
                        let named = all.into_iter().any(|word| readable(word).contains(place));
                        // What installs from the folder itself is looked at where it stands.
                        silent &= makes || !named || installs::is_known(call);
                        silent &= is_download
                            || Settings::of(call).is_none_or(|settings| {
                                !settings.is_open && !self.leads_into(&settings.text, here, whole)
                            });
                    }
                    Action::Copy(copy) => {
                        let target = absolute(&copy.destination, "", image(&self.stage.image));
                        // What lies in the folder itself is looked at as a part of the project.
                        let own = target.as_ref().is_some_and(|target| is_within(target, place));
                        let settings = target.is_none_or(|target| {
                            ["/etc", "/root", "/home", "/usr/etc", "/usr/local/etc"]
                                .iter()
                                .any(|one| is_within(&target, one))
                        });
                        silent &= !settings || self.says_nothing_of(step, (here, own), whole);
                    }
                    Action::Opaque(..) | Action::Unread(_) => silent = false,
                    _ => {}
                });
            }
            silent
        };
        silent(&self.stage.steps[..until], true)
            && self.below.iter().all(|stage| silent(&stage.steps, false))
    }

    /// Whether the files of a COPY can be read, and name neither the folder of another one, nor a file in it.
    fn says_nothing_of(
        &self,
        step: &Step<'t>,
        (here, own): (&str, bool),
        whole: &Whole<'_, 't>,
    ) -> bool {
        let silent = |text: &str| {
            !text.contains(&whole.place) && (own || !self.leads_into(text, here, whole))
        };
        let says_nothing =
            |one: &Brought| !one.folder && self.context.text(&one.source).is_some_and(silent);
        self.whole(step).is_some_and(|copy| copy.brings().iter().all(says_nothing))
    }

    /// Whether settings name, by a path that begins where an install runs, what a COPY brings.
    fn leads_into(&self, settings: &str, here: &str, whole: &Whole<'_, 't>) -> bool {
        let cut = |c: char| c.is_whitespace() || "=:,;\"'`()[]{}<>".contains(c);
        let relative = |entry: &&str| !entry.is_empty() && !entry.starts_with(['/', '-', '$', '#']);
        settings.split(cut).filter(relative).any(|entry| {
            let Some(path) = absolute(entry, here, image(&self.stage.image)) else {
                return entry.starts_with("..");
            };
            whole.source(&path).is_some_and(|path| !path.is_empty() && self.context.exists(&path))
        })
    }
}

/// What a call keeps for later ones.
struct Settings {
    /// Their values.
    text: String,
    /// One of them is known only when the image is built, and may be a path.
    is_open: bool,
}

impl Settings {
    /// By a verb of its program, as in `npm config set`, `go env -w` and `dotnet nuget add source`, or in a file that it writes.
    fn of(call: &Call<'_>) -> Option<Self> {
        const VERBS: [&str; 6] = ["config", "set", "env", "nuget", "source", "sources"];
        const NO_PATHS: [&str; 8] =
            ["auth", "token", "registry", "proxy", "user", "password", "mail", "url"];
        // What bundler is told is read where its install is.
        let program = call.words.first().and_then(|word| plain(word)).unwrap_or_default();
        if matches!(program, "bundle" | "bundler") {
            return None;
        }
        let words: Vec<String> = call.words.iter().skip(1).map(|word| readable(word)).collect();
        let words: Vec<String> =
            words.into_iter().filter(|word| !word.starts_with('-') || word.contains('=')).collect();
        let verb = words.iter().take(4).rposition(|word| VERBS.contains(&word.as_str()));
        let script =
            words.iter().any(|word| VERBS.iter().any(|verb| word.contains(&format!(" {verb} "))));
        let writes = call.redirects.iter().any(|to| to.contains('>') && !to.contains("/dev/"))
            || matches!(program, "tee" | "sed");
        let values = match verb {
            // Its key comes first.
            Some(at) if words.len() > at + 2 => &words[at + 2..],
            Some(at) => &words[at + 1..],
            None if script || writes => &words[..],
            None => return None,
        };
        let known = call.words.iter().all(|word| plain(word).is_some());
        let says = |text: &str, signs: &[&str]| {
            let text = text.to_ascii_lowercase();
            signs.iter().any(|sign| text.contains(sign))
        };
        let key = verb.and_then(|at| words.get(at + 1)?.split('=').next());
        let is_open = !known
            && match key {
                Some(key) => !says(key, &NO_PATHS),
                None => says(&words.join(" "), &["file", "cert", "cainfo"]),
            };
        let redirects = call.redirects.iter().map(|to| &**to);
        let text: Vec<&str> = values.iter().map(String::as_str).chain(redirects).collect();
        let text = text.join(" ");
        Some(Self { text: text.replace("\\n", " "), is_open })
    }
}
