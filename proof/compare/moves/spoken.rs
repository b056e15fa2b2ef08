//! What leads an install to files that a COPY brings: variables, settings that a command has written, files of settings.

use super::super::copied::{Brought, Whole};
use super::super::folders::{absolute, image, is_within};
use super::super::installs;
use super::Moved;
use crate::program::{Action, Call, Step, Text, visit};
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
        // Those by which package managers, and what they are made of, are told of files.
        const TOLD: &[&str] = &[
            "BUNDLE_",
            "CARGO_",
            "COMPOSER",
            "CURL_",
            "GIT_",
            "NODE_",
            "NPM_",
            "PIP_",
            "PNPM_",
            "POETRY_",
            "REQUESTS_",
            "SSL_",
            "UV_",
            "YARN_",
        ];
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
            let told = TOLD.iter().any(|start| name.to_ascii_uppercase().starts_with(start));
            let open = ["BUNDLE", "CAFILE", "CAINFO", "CERT", "CERTS", "CONFIG", "FILE"];
            if told && value.contains('\u{2}') && open.iter().any(|end| name.ends_with(end)) {
                return false;
            }
            // The value that an ARG has by itself stands between marks.
            let apart = |c: char| {
                matches!(c, ':' | ' ' | '=' | ',' | '"' | '\'')
                    || (told && matches!(c, '\u{2}' | '\u{4}'))
            };
            let entries = value.split(apart);
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
                        let named = all.into_iter().any(|word| speaks_of(&readable(word), place));
                        // What installs from the folder itself is looked at where it stands.
                        silent &= makes || !named || installs::is_known(call);
                        let kept = Kept::of(call, &self.states.seen(call.state).redirects);
                        silent &= is_download || self.is_apart(kept, here, whole);
                    }
                    // What one of them says another one may write.
                    Action::Pipe { elements, .. } => {
                        let mut words = Vec::new();
                        let mut written = false;
                        for element in elements {
                            visit(element, &mut |step| {
                                if let Action::Call(call) = &step.action {
                                    words.extend(call.words.iter().map(|word| readable(word)));
                                    let first = call.words.first().and_then(|word| plain(word));
                                    written |= first.is_some_and(writes_input);
                                }
                            });
                        }
                        silent &= !written
                            || !words.iter().any(|word| self.leads_into(word, here, whole));
                    }
                    Action::Exec(words, _) => {
                        let named = words.iter().any(|word| speaks_of(&readable(word), place));
                        silent &= !named && self.is_apart(Kept::by(words, false), here, whole);
                    }
                    Action::Copy(copy) => {
                        let target = absolute(&copy.destination, "", image(&self.stage.image));
                        // What lies in the folder itself is looked at as a part of the project.
                        let own = target.as_ref().is_some_and(|target| is_within(target, place));
                        let settings = target.is_none_or(|target| {
                            let folders = ["/etc", "/root", "/home", "/usr/etc", "/usr/local/etc"];
                            // Those of a virtual environment lie in it.
                            let named = [".cfg", ".conf", ".config", ".ini", ".toml"];
                            let name = target.rsplit('/').next().unwrap_or(&target);
                            folders.iter().any(|one| is_within(&target, one))
                                || named.iter().any(|end| name.ends_with(end))
                                || (name.ends_with("rc") && name.starts_with('.'))
                                || name == "npmrc"
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

    /// Whether what is kept names nothing that a COPY brings, as far as it is known.
    fn is_apart(&self, kept: Option<Kept>, here: &str, whole: &Whole<'_, 't>) -> bool {
        kept.is_none_or(|kept| {
            !kept.is_open && !kept.values.iter().any(|value| self.leads_into(value, here, whole))
        })
    }

    /// Whether the files of a COPY can be read, and name neither the folder of another one, nor a file in it.
    fn says_nothing_of(
        &self,
        step: &Step<'t>,
        (here, own): (&str, bool),
        whole: &Whole<'_, 't>,
    ) -> bool {
        let silent = |text: &str| {
            !speaks_of(text, &whole.place) && (own || !self.leads_into(text, here, whole))
        };
        let says_nothing =
            |one: &Brought| !one.folder && self.context.text(&one.source).is_some_and(silent);
        self.whole(step).is_some_and(|copy| copy.brings().iter().all(says_nothing))
    }

    /// Whether a text names, by a path that begins where an install runs, what a COPY brings.
    fn leads_into(&self, text: &str, here: &str, whole: &Whole<'_, 't>) -> bool {
        let cut = |c: char| c.is_whitespace() || "=:,;|&\"'`()[]{}<>".contains(c);
        let text = text.replace("\\n", " ");
        let value = text.split_once('=').map_or(&*text, |(_, value)| value);
        let whole_value = value.trim_matches(['"', '\'', ' ']);
        text.split(cut).chain([whole_value]).any(|entry| {
            // A pattern matches in the folder in front of it.
            let entry = entry.split('*').next().unwrap_or_default().trim_end_matches('/');
            let entry = entry.strip_prefix("~/").unwrap_or(entry);
            if entry.is_empty() || entry.starts_with(['/', '-', '$', '#', '~']) {
                return false;
            }
            // Blanks are signs of a name here, if it is not split.
            let place = match absolute(entry, here, image(&self.stage.image)) {
                None if entry.contains(' ') => Some(format!(
                    "{}/{}",
                    here.trim_end_matches('/'),
                    entry.trim_start_matches("./")
                )),
                place => place,
            };
            let Some(path) = place else {
                return entry.starts_with("..");
            };
            whole.source(&path).is_some_and(|path| !path.is_empty() && self.context.exists(&path))
        })
    }
}

/// Whether a text names a place or something below it: not a longer path that only ends like it.
fn speaks_of(text: &str, place: &str) -> bool {
    text.match_indices(place).any(|(at, _)| {
        let start = text[..at]
            .rfind(|c: char| c.is_whitespace() || "=:,;|&\"'`()[]{}<>".contains(c))
            .map_or(0, |sign| sign + 1);
        let before = &text[start..at];
        // A relative path stays below where it begins, if nothing leads it up or away.
        let relative = before.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && before.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c))
            && !before.contains("..")
            && !text[..start].ends_with(['}', ')', '`', '"', '\''])
            && !text[at..].contains("..");
        !relative
    })
}

/// Programs that write what they read, or take it for words of others.
fn writes_input(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "dd" | "install" | "sponge" | "sudo" | "tee" | "xargs")
}

/// What a call keeps for later ones.
struct Kept {
    values: Vec<String>,
    /// One of them is known only when the image is built, and may be a path.
    is_open: bool,
}

impl Kept {
    /// In a file that it, or the group that it stands in, writes; or as its words say.
    fn of(call: &Call<'_>, around: &[String]) -> Option<Self> {
        let file = |to: &str| to.contains('>') && !to.contains("/dev/") && !to.contains(">&");
        let writes = call.redirects.iter().any(|to| file(to)) || around.iter().any(|to| file(to));
        let mut kept = Self::by(&call.words, writes)?;
        kept.values.extend(call.redirects.iter().map(|to| readable(to)));
        Some(kept)
    }

    /// By a verb of its program, as in `npm config set`, `go env -w` and `dotnet nuget add source`, by a script that it runs, or in
    /// a file if it `writes` one.
    fn by(words: &[Text<'_>], writes: bool) -> Option<Self> {
        let program = words.first().and_then(|word| plain(word)).unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or(program);
        // What bundler is told is read where its install is.
        if matches!(name, "bundle" | "bundler") {
            return None;
        }
        let known = words.iter().all(|word| plain(word).is_some());
        let words: Vec<String> = words.iter().skip(1).map(|word| readable(word)).collect();
        let leading = words.iter().take_while(|word| word.starts_with('-'));
        let script = match name {
            "sh" | "bash" | "dash" | "ash" | "zsh" | "su" | "runuser" | "eval" => true,
            "node" | "python" | "python3" | "perl" | "ruby" | "php" | "awk" => {
                leading.into_iter().any(|word| {
                    ["-c", "-e", "-p", "-r", "--eval", "--print"].contains(&&**word) || is_run(word)
                })
            }
            "sed" | "tee" => true,
            _ => writes,
        };
        let said: Vec<&String> = words
            .iter()
            .filter(|word| !word.starts_with('-') || word.contains(['=', ' ', '\n']))
            .collect();
        let verb = said.iter().take(4).rposition(|word| {
            matches!(word.as_str(), "config" | "set" | "env" | "nuget" | "source" | "sources")
        });
        let Some(verb) = verb else {
            let text = words.join(" ").to_ascii_lowercase();
            let is_open =
                !known && ["file", "cert", "cainfo"].iter().any(|sign| text.contains(sign));
            let values = words.into_iter().filter(|word| word.len() > 1).collect();
            return script.then_some(Self { values, is_open });
        };
        let behind = &said[verb + 1..];
        let key = behind.first().map(|key| key.to_ascii_lowercase()).unwrap_or_default();
        let (name, own) = key.split_once('=').map_or((&*key, false), |(name, _)| (name, true));
        // A key has its value behind it, if not in it.
        let values = if own || behind.len() < 2 { behind } else { &behind[1..] };
        Some(Self {
            values: values.iter().map(|value| (*value).clone()).collect(),
            is_open: !known && !is_harmless(name),
        })
    }
}

/// Whether an option is a group of short ones, the last of which is followed by a script.
fn is_run(option: &str) -> bool {
    !option.starts_with("--") && option.ends_with(['c', 'e'])
}

/// Whether the value of a setting is a name, a secret or an address, by the last part of its key.
fn is_harmless(key: &str) -> bool {
    if let Some(base) = key.strip_suffix(".insteadof") {
        return ["https://", "http://", "ssh://", "git@"].iter().any(|sign| base.contains(sign));
    }
    let last = key.rsplit(['.', ':', '-', '_', '/']).next().unwrap_or(key);
    let hosts = ["bearer.", "github-oauth.", "gitlab-oauth.", "gitlab-token.", "http-basic."];
    let ends = [
        "auth", "ident", "mail", "name", "password", "proxy", "registry", "server", "token", "url",
        "user",
    ];
    hosts.iter().any(|host| key.starts_with(host)) || ends.iter().any(|end| last.ends_with(end))
}
