//! What the tools of a language leave in a build.

use super::bases::official;
use super::managers::CREATES_NONE;
use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::compare::pip;
use crate::compare::words::describe;
use crate::program::{Action, Call, Step, visit};
use crate::shell::{Command, plain};

impl<'t> Runtime<'_, 't> {
    /// What is missing of what the tools of a language leave; `None` if it is none of their calls.
    pub(super) fn of_language(
        &self,
        step: &Step<'t>,
        call: &Call<'_>,
        command: &Command<'_>,
        places: &[Place],
    ) -> Option<Option<String>> {
        let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
        let has = |wanted: &[&str]| {
            words.iter().any(|word| wanted.contains(&word.split('=').next().unwrap_or(word)))
        };
        let program = command.program();
        let bare = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let here = self.folder(&self.states.seen(call.state).directory).unwrap_or_default();
        let project = || {
            let there = self.covered(places, &here);
            (!there).then(|| format!("nothing brings what {} leaves in `{here}`", describe(step)))
        };
        let pip = bare == "pip" || (bare == "python" && has(&["-m"]) && has(&["pip"]));
        let packages = |folder: &str| {
            let there = self.finds_installed(places)
                && places
                    .iter()
                    .any(|place| place.target.ends_with(folder) || place.target == "/usr/local")
                || self.own_environment(places) && !(pip && self.is_beside(call))
                || self.is_in_environment(call, places);
            (!there).then(|| format!("nothing brings what {} installs", describe(step)))
        };
        // Packages of Python may bring data, settings and manual pages beside their modules.
        let data = ["/usr/local/etc", "/usr/local/share"];
        let beside = pip && self.is_beside(call);
        let programs = !beside || self.covered(places, "/usr/local/bin");
        let data = self.own_environment(places) && !beside
            || self.is_in_environment(call, places)
            || programs && data.iter().all(|one| self.covered(places, one));
        match bare {
            _ if self.enters(call).is_some() => Some(None),
            _ if words.first() == Some(&"corepack")
                && has(&["enable", "prepare", "install", "use"]) =>
            {
                // It makes yarn and pnpm what a project says that they are.
                let called = self.calls(&["yarn", "pnpm"]);
                Some(called.then(|| format!("nothing brings what {} leaves", describe(step))))
            }
            _ if pip && !has(&["install", "uninstall"]) => Some(None),
            _ if pip && self.serves_environments(call, &words) => Some(None),
            _ if pip
                && (has(&["--user", "--target", "-t", "--prefix", "--root"])
                    || self.is_told_where(call)) =>
            {
                Some(Some(format!("where {} installs to is not known", describe(step))))
            }
            _ if pip && self.lists(call).iter().any(|path| self.is_unread(path)) => {
                Some(Some(format!("what {} asks for is not known", describe(step))))
            }
            _ if pip && !data && !self.is_distribution() => Some(Some(format!(
                "what {} installs besides modules is not copied",
                describe(step)
            ))),
            _ if pip => Some(packages("site-packages")),
            "poetry" if words == CREATES_NONE && self.is_managed(call) => {
                let called = self.calls(&["poetry"]);
                Some(called.then(|| format!("nothing brings what {} sets", describe(step))))
            }
            "poetry" | "pipenv" if self.installs_into_image(call) => {
                let problem = packages("site-packages");
                let problem = problem.or_else(|| {
                    let lost = format!("what {} installs besides is not copied", describe(step));
                    (!data).then_some(lost)
                });
                let points = bare == "poetry" && !has(&["--no-root"]);
                Some(problem.or_else(|| points.then(project).flatten()))
            }
            "gem" | "bundle" | "bundler" => Some(self.gems_of(step, call, places)),
            "make" | "rake" | "ruby" if official(&self.old.image).starts_with("ruby:") => {
                Some(match self.builds_extension(call) {
                    Ok(()) => self.rakes_later().map(|what| format!("`{what}` may compile")),
                    Err(why) => Some(format!("what {} leaves is not known: {why}", describe(step))),
                })
                .map(|problem| problem.or_else(project))
            }
            "npm" | "yarn" | "pnpm" if matches!(words.get(1), Some(&("cache" | "config"))) => {
                Some(None)
            }
            "npm" | "yarn" | "pnpm"
                if has(&["-g", "--global", "global"]) && self.brings_managers_alone(&words) =>
            {
                Some(None)
            }
            "npm" | "yarn" | "pnpm" if has(&["-g", "--global", "global"]) => {
                let seen = self.states.seen(call.state);
                let variables = &seen.surroundings.environment;
                let by_variable = ["NPM_CONFIG_PREFIX", "npm_config_prefix", "PNPM_HOME"]
                    .iter()
                    .any(|name| variables.contains_key(*name));
                let mut told = by_variable || bare == "pnpm" || has(&["--prefix"]);
                visit(&self.old.steps, &mut |step| {
                    let Action::Call(call) = &step.action else { return };
                    told |= call.words.first().is_some_and(|word| word == "npm")
                        && call
                            .words
                            .iter()
                            .any(|word| word == "prefix" || word.starts_with("prefix="));
                });
                // yarn links from there to where it keeps its own ("yarn global").
                let apart = "/usr/local/share/.config/yarn/global";
                let lost = bare == "yarn" && !self.covered(places, apart);
                if told || lost {
                    return Some(Some(format!("nothing brings what {} installs", describe(step))));
                }
                Some(packages("node_modules"))
            }
            "npm" | "yarn" | "pnpm" if self.is_unread(&format!("{here}/package.json")) => {
                Some(Some(format!("what {} asks for is not known", describe(step))))
            }
            "npm" | "yarn" | "pnpm" | "npx" => Some(project()),
            // They write beside the sources, where nothing tells them to write elsewhere.
            "tsc" | "nest" | "tsup" | "esbuild" | "babel" | "swc" | "rollup" | "webpack"
            | "ncc"
                if words.iter().skip(1).all(|word| {
                    !word.starts_with('/') && !word.contains("=/") && !word.contains("..")
                }) =>
            {
                Some(project())
            }
            "python" | "virtualenv" if has(&["venv"]) || has(&["virtualenv"]) => {
                let there = self.environments(call).is_some_and(|made| {
                    !made.is_empty() && made.iter().all(|place| self.covered(places, place))
                });
                Some((!there).then(|| format!("nothing brings what {} makes", describe(step))))
            }
            "python"
                if words.get(1).is_some_and(|word| word.ends_with("manage.py"))
                    || has(&["compileall"]) =>
            {
                Some(project())
            }
            // Its own commands write beside it, but for the one that installs.
            "python" if words.get(1) == Some(&"setup.py") => match words.get(2..) {
                Some(["build" | "build_ext" | "build_py", rest @ ..])
                    if rest.iter().all(|word| ["-i", "--inplace", "build_ext"].contains(word)) =>
                {
                    Some(project())
                }
                Some(["install"]) if data => Some(packages("site-packages")),
                _ => Some(Some(format!("what {} leaves is not known", describe(step)))),
            },
            "python" if has(&["--version", "-V"]) => Some(None),
            "git" if has(&["clone"]) => {
                let last = words.last().copied().unwrap_or_default();
                let name = last
                    .trim_end_matches('/')
                    .rsplit('/')
                    .next()
                    .unwrap_or(last)
                    .trim_end_matches(".git");
                let place = self.path(
                    if last.contains("://") || last.contains('@') { name } else { last },
                    call,
                );
                let there = place.is_some_and(|place| {
                    self.covered(places, &place)
                        || is_within(&place, "/tmp")
                        || self.removes(&place)
                });
                Some(
                    (!there).then(|| {
                        format!("what the program reads of {} is not known", describe(step))
                    }),
                )
            }
            _ => None,
        }
    }

    /// The folders in which a call of venv or virtualenv makes environments; `None` if they are not known.
    pub(super) fn environments(&self, call: &Call<'_>) -> Option<Vec<String>> {
        let mut words = call.words.iter().map(|word| &**word);
        words.find(|word| matches!(*word, "venv" | "virtualenv"))?;
        let mut made = Vec::new();
        while let Some(word) = words.next() {
            match word {
                "--prompt" | "-p" | "--python" => drop(words.next()),
                word if word.starts_with('-') => {}
                word => made.push(self.path(word, call)?),
            }
        }
        Some(made)
    }

    /// Whether variables or settings say where pip installs to, or what more.
    fn is_told_where(&self, call: &Call<'_>) -> bool {
        const PLACES: [&str; 4] = ["PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PYTHONUSERBASE"];
        let seen = self.states.seen(call.state);
        let environment = &seen.surroundings.environment;
        let given = call.assignments.iter().filter_map(|text| text.split('=').next());
        let mut names = environment.keys().map(String::as_str).chain(given);
        names.any(|name| PLACES.contains(&name) || pip::is_led_by(name))
            || self.has_settings_of_pip(environment.get("PIP_CONFIG_FILE").map(String::as_str))
    }

    /// Whether the build may have settings of pip that say more than how packages are fetched; one file of them may be named.
    fn has_settings_of_pip(&self, named: Option<&str>) -> bool {
        let named = named.map(|path| path.trim_start_matches('='));
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let own =
            |path: &str| name(path) == "pip.conf" || named.is_some_and(|it| name(it) == name(path));
        let (mut told, mut found) = (false, false);
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Call(call) => {
                let flags = &self.states.seen(call.state).surroundings.flags;
                told |= pip::sets_more(call) || flags.iter().any(|flag| flag.contains("pip.conf"));
            }
            Action::Copy(copy) => match self.context.zip(self.whole(step)) {
                Some((context, whole)) => {
                    for one in whole.brings() {
                        let sources = match one.folder {
                            false => vec![(one.target.clone(), one.source.clone())],
                            true => context
                                .below(&one.source)
                                .map(|(path, _)| (path.to_owned(), path.to_owned()))
                                .collect(),
                        };
                        for (_, source) in sources.iter().filter(|(target, _)| own(target)) {
                            found = true;
                            told |= context.text(source).is_none_or(|it| !pip::only_fetches(it));
                        }
                    }
                }
                None => {
                    let mut words = copy.sources.iter().chain([&copy.destination]);
                    told |= words.any(|word| own(word));
                }
            },
            _ => {}
        });
        told || named.is_some_and(|path| path != "/dev/null") && !found
    }

    /// Whether a global install brings package managers that nothing calls later, and nothing else.
    fn brings_managers_alone(&self, words: &[&str]) -> bool {
        let operands = words.iter().skip(1).filter(|word| !word.starts_with('-'));
        let mut names =
            operands.filter(|word| !matches!(**word, "install" | "i" | "add" | "global"));
        let managers = ["npm", "pnpm", "yarn", "corepack"];
        names.all(|word| {
            let name = word.split('@').next().unwrap_or(word);
            managers.contains(&name) && !self.calls(&[name])
        })
    }

    /// The lists that a call of pip reads.
    fn lists(&self, call: &Call<'_>) -> Vec<String> {
        let words: Vec<&str> =
            call.words.iter().map(|word| plain(word).unwrap_or_default()).collect();
        let behind = |at: usize| match words[at] {
            "-r" | "--requirement" => words.get(at + 1).copied(),
            word => word.strip_prefix("--requirement=").or_else(|| word.strip_prefix("-r")),
        };
        let named = (0..words.len()).filter_map(behind);
        named.map(|word| self.path(word, call).unwrap_or_default()).collect()
    }

    /// Whether another base needs to know a list that nobody has read.
    fn is_unread(&self, path: &str) -> bool {
        self.new.image != self.old.image && !self.was_there(path)
    }

    /// What is missing of what gem and bundler leave in the folder of official images, and in that of the project.
    fn gems_of(&self, step: &Step<'t>, call: &Call<'_>, places: &[Place]) -> Option<String> {
        let elsewhere =
            ["-i", "--install-dir", "-n", "--bindir", "--user-install", "--system", "--build-root"];
        let moved = call
            .words
            .iter()
            .any(|word| elsewhere.iter().any(|flag| word.split('=').next() == Some(*flag)));
        let decides = ["GEM_HOME", "GEM_PATH", "BUNDLE_PATH", "BUNDLE_BIN", "BUNDLE_APP_CONFIG"];
        let set = |name: &&str| self.old.configuration.environment.contains_key(*name);
        if moved || decides.iter().any(set) {
            return Some(format!("where {} installs to is not known", describe(step)));
        }
        let here = self.folder(&self.states.seen(call.state).directory).unwrap_or_default();
        if !Command::of(&call.words).is("gem") && self.is_unread(&format!("{here}/Gemfile")) {
            return Some(format!("what {} asks for is not known", describe(step)));
        }
        let project = Command::of(&call.words).is("gem") || self.covered(places, &here);
        let there = project && self.covered(places, "/usr/local/bundle");
        (!there).then(|| format!("nothing brings what {} installs", describe(step)))
    }

    /// Whether a call names its program by its path in an environment that a step has made, and that is copied as a whole.
    fn is_in_environment(&self, call: &Call<'_>, places: &[Place]) -> bool {
        let by_name = call.words.first().is_some_and(|word| !word.contains('/'));
        let program = call.words.first().and_then(|word| self.path(word, call));
        let by_path = program.as_deref().and_then(|path| path.rsplit_once("/bin/"));
        let folder = match by_path.map(|(folder, _)| folder.to_owned()) {
            _ if by_name => self.entered_environment(call),
            folder => folder,
        };
        folder.is_some_and(|folder| {
            self.makes_environment_in(&folder) && self.covered(places, &folder)
        })
    }

    /// Whether an environment of its own is copied and stands in PATH.
    fn own_environment(&self, places: &[Place]) -> bool {
        let path = self.new.configuration.environment.get("PATH").map_or("", String::as_str);
        path.split(':').any(|folder| {
            folder.starts_with('/')
                && folder.ends_with("/bin")
                && self.covered(places, folder.trim_end_matches("/bin"))
        })
    }
}
