//! What commands of a project write beside the folders that are copied: static files of Django, and what scripts of package.json make.

use dockslim_contract::BuildContext;
use serde_json::Value;

use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::compare::words::describe;
use crate::program::{Action, Call, Demand, visit};
use crate::shell::plain;

/// A source of the context: its path there, its path in the image, its text.
struct Source<'c> {
    path: &'c str,
    place: String,
    text: &'c str,
}

impl Runtime<'_, '_> {
    /// Everything that the commands of the old stage may write lies in what is copied, as far as the project says where that is.
    pub(super) fn writes_inside(&self, places: &[Place]) -> Result<(), String> {
        let Some(context) = self.context else { return Ok(()) };
        let mut problem = None;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let words: Vec<&str> =
                call.words.iter().map(|word| plain(word).unwrap_or("$")).collect();
            let has = |name: &str| words.contains(&name);
            // A file that may be missing cannot be copied by its name.
            let edits = words.first() == Some(&"sed") && step.demand != Demand::Must;
            if let Some(path) = call
                .words
                .last()
                .filter(|_| edits && !has("-n"))
                .and_then(|word| self.path(word, call))
                && places.iter().any(|place| place.source == path)
                && !self.was_there(&path)
            {
                problem = Some(format!("{} may find no `{path}`, which is copied", describe(step)));
            }
            let gathers = words.iter().any(|word| word.ends_with("manage.py"))
                && (has("collectstatic") || has("compress"));
            let global = has("-g") || has("--global") || has("global");
            let manager = matches!(words.first(), Some(&("npm" | "yarn" | "pnpm"))) && !global;
            let lost = if gathers {
                self.gathered(context, call, places)
            } else if manager {
                self.handed_on(call, &words, places)
                    .or_else(|| self.scripted(context, &words, places))
            } else {
                None
            };
            if let Some(lost) = lost.filter(|_| problem.is_none()) {
                problem =
                    Some(format!("{} may write to {lost}, which nothing brings", describe(step)));
            }
        });
        problem.map_or(Ok(()), Err)
    }

    /// Where a call itself tells a script to write, by words behind its name or by the variable of React's scripts, if that is elsewhere.
    fn handed_on(&self, call: &Call<'_>, words: &[&str], places: &[Place]) -> Option<String> {
        let seen = self.states.seen(call.state);
        let here = self.folder(&seen.directory)?;
        let inside = |path: &str| self.comes_along(places, path);
        let mut said: Vec<&str> =
            words.iter().skip_while(|word| **word != "run").copied().collect();
        let variable = seen.surroundings.environment.get("BUILD_PATH");
        let own = call.assignments.iter().find_map(|text| text.strip_prefix("BUILD_PATH="));
        if let Some(value) = own.or(variable.map(String::as_str)) {
            said.extend(["--out", value]);
        }
        aside(&said.join(" "), &here, &inside).map(|path| format!("`{path}`"))
    }

    /// Whether what is written at a path comes along, or is a thing of the build.
    fn comes_along(&self, places: &[Place], path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let path = if path.is_empty() { "/" } else { path };
        let passing = ["/tmp", "/var/tmp", "/var/cache", "/root/.cache", "/root/.npm", "/dev"];
        let served = || {
            let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
            self.serves_files() && !folder.is_empty() && is_within(path, &folder)
        };
        self.covered(places, path) || passing.iter().any(|one| is_within(path, one)) || served()
    }

    /// The files of the context that end so, with their places.
    fn texts_at_their_places<'c>(
        &self,
        context: &'c BuildContext,
        ends: &[&str],
    ) -> Vec<Source<'c>> {
        let mut found = Vec::new();
        for step in &self.old.steps {
            let Some(whole) = self.whole(step) else { continue };
            for brought in whole.brings() {
                let under = context.below(&brought.source).map(|(path, _)| path);
                let own =
                    context.entries().map(|(path, _)| path).filter(|path| *path == brought.source);
                let paths: Vec<&str> = if brought.folder { under.collect() } else { own.collect() };
                for path in paths {
                    let wanted = ends.iter().any(|end| path.ends_with(end));
                    if !wanted || path.contains("node_modules/") || path.contains("site-packages/")
                    {
                        continue;
                    }
                    let rest = path.get(brought.source.len()..).unwrap_or_default();
                    let rest = if brought.folder { rest.trim_start_matches('/') } else { "" };
                    let place = format!("{}/{rest}", brought.target.trim_end_matches('/'));
                    let place = place.trim_end_matches('/').to_owned();
                    if let Some(text) = context.text(path) {
                        found.push(Source { path, place, text });
                    }
                }
            }
        }
        found
    }

    /// Where Django's settings gather static files (Django, "STATIC_ROOT"; django-compressor, "COMPRESS_ROOT"), if that is elsewhere.
    fn gathered(
        &self,
        context: &BuildContext,
        call: &Call<'_>,
        places: &[Place],
    ) -> Option<String> {
        let sources = self.texts_at_their_places(context, &[".py"]);
        let here = self.folder(&self.states.seen(call.state).directory).unwrap_or_default();
        for source in &sources {
            for setting in ["STATIC_ROOT", "COMPRESS_ROOT"] {
                for value in given(source.text, setting) {
                    let mut texts = vec![(source, value)];
                    let mut known = vec![setting.to_owned()];
                    let mut at = 0;
                    while let Some((owner, text)) = texts.get(at).cloned() {
                        at += 1;
                        let letters = |c: char| !(c.is_alphanumeric() || c == '_');
                        for name in text.split(letters).filter(|name| !name.is_empty()) {
                            if known.iter().any(|one| one == name) || name.len() < 2 {
                                continue;
                            }
                            known.push(name.to_owned());
                            let own = given(owner.text, name);
                            if own.is_empty() && name.bytes().all(|b| !b.is_ascii_lowercase()) {
                                let others = sources.iter();
                                texts.extend(others.flat_map(|other| {
                                    given(other.text, name).into_iter().map(move |it| (other, it))
                                }));
                            } else {
                                texts.extend(own.into_iter().map(|it| (owner, it)));
                            }
                        }
                    }
                    let what = format!("{setting} of {}", source.path);
                    let told = |name: &String| self.is_set(context, call, name);
                    let asks = texts
                        .iter()
                        .any(|(_, text)| text.contains("env") || text.contains("config("));
                    if asks && known.iter().any(|name| name.len() > 2 && told(name)) {
                        return Some(what);
                    }
                    let odd = [
                        "expanduser",
                        ".home(",
                        "cwd(",
                        "tempfile",
                        "tempdir",
                        "subprocess",
                        "sys.",
                        "import",
                    ];
                    if texts.iter().any(|(_, text)| odd.iter().any(|sign| text.contains(sign))) {
                        return Some(what);
                    }
                    let up: usize = texts.iter().map(|(_, text)| levels(text)).sum();
                    let mut ends: Vec<String> = texts
                        .iter()
                        .flat_map(|(_, text)| rooted(text))
                        .map(str::to_owned)
                        .collect();
                    let owners = texts.iter().filter(|(_, text)| text.contains("__file__"));
                    let mut starts: Vec<&str> = owners.map(|(owner, _)| &*owner.place).collect();
                    if starts.is_empty() && ends.is_empty() {
                        starts.push(&here);
                    }
                    ends.extend(starts.into_iter().map(|start| raised(start, up)));
                    let aside =
                        |end: &&String| end.contains("..") || !self.comes_along(places, end);
                    if let Some(end) = ends.iter().find(aside) {
                        return Some(format!("`{end}` by {what}"));
                    }
                }
            }
            let located = source.text.contains("STORAGE")
                && source.text.lines().any(|line| {
                    let key = line.contains("\"location\"") || line.contains("'location'");
                    key && line.split(':').nth(1).is_some_and(|value| {
                        value.trim_start().trim_start_matches(['"', '\'']).starts_with('/')
                    })
                });
            if located {
                return Some(format!("the storage of {}", source.path));
            }
        }
        None
    }

    /// Whether a variable that settings may ask for is set for a call, or by a file for such.
    fn is_set(&self, context: &BuildContext, call: &Call<'_>, name: &str) -> bool {
        if name.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return false;
        }
        let seen = self.states.seen(call.state);
        let files = context.entries().filter(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.starts_with(".env") || name.ends_with(".env") || name.ends_with(".ini")
        });
        seen.surroundings.environment.contains_key(name)
            || seen.variables.contains_key(name)
            || call.assignments.iter().any(|text| text.split('=').next() == Some(name))
            || { files }.any(|(path, _)| context.text(path).is_none_or(|text| text.contains(name)))
    }

    /// Where scripts of a package.json, their programs and their tools write, if that is elsewhere.
    fn scripted(&self, context: &BuildContext, words: &[&str], places: &[Place]) -> Option<String> {
        let all =
            self.texts_at_their_places(context, &[".json", ".js", ".mjs", ".cjs", ".ts", ".mts"]);
        let named = |source: &&Source<'_>, name: &str| source.path.rsplit('/').next() == Some(name);
        let installs = words.len() == 1
            || words.iter().any(|word| matches!(*word, "install" | "ci" | "i" | "add" | "rebuild"));
        for manifest in all.iter().filter(|source| named(source, "package.json")) {
            let Ok(json) = serde_json::from_str::<Value>(manifest.text) else { continue };
            let Some(scripts) = json.get("scripts").and_then(Value::as_object) else { continue };
            let folder = raised(&manifest.place, 1);
            let mut names: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            if installs {
                let hooks = ["preinstall", "install", "postinstall", "prepublish", "prepare"];
                names.extend(hooks.iter().map(|hook| (*hook).to_owned()));
            }
            let mut ran: Vec<&str> = Vec::new();
            let mut next = 0;
            while let Some(name) = names.get(next).cloned() {
                next += 1;
                let name = name.trim_start_matches("npm:").trim_end_matches('*').to_owned();
                for (key, text) in scripts {
                    let around = [format!("pre{name}"), format!("post{name}")];
                    let group = name.ends_with(':') && key.starts_with(&name);
                    let meant = *key == name || around.contains(key) || group;
                    if !meant || ran.contains(&key.as_str()) {
                        continue;
                    }
                    ran.push(key);
                    let text = text.as_str().unwrap_or_default();
                    names.extend(text.split([' ', '"', '\'', '&', ';']).map(str::to_owned));
                    let inside = |path: &str| self.comes_along(places, path);
                    if let Some(path) = aside(text, &folder, &inside) {
                        return Some(format!("`{path}` by the script {key}"));
                    }
                    let starts = |source: &&Source<'_>| {
                        !named(source, "package.json")
                            && text.split([' ', '"', '\'', '=']).any(|word| {
                                resolved(&folder, word) == source.place
                                    || word.contains(".config.")
                                        && source.path.ends_with(word.trim_start_matches("./"))
                            })
                    };
                    let variables = &self.old.configuration.environment;
                    let set = |text: &str| {
                        variables.iter().find(|(name, value)| {
                            value.starts_with('/')
                                && !inside(value)
                                && text.contains(&format!("process.env.{name}"))
                        })
                    };
                    for source in all.iter().filter(starts) {
                        let writes = ["write", "mkdir", "copyFile", "cpSync", "output", "rename"];
                        let writes = writes.iter().any(|call| source.text.contains(call));
                        let home = source.text.contains("homedir()").then_some("its home");
                        let led = set(source.text).map(|(_, value)| value.as_str()).or(home);
                        if let Some(place) = led.filter(|_| writes) {
                            return Some(format!("`{place}` by {}", source.path));
                        }
                        if let Some(line) = written_by(source, &inside) {
                            return Some(format!("`{line}` by {}", source.path));
                        }
                    }
                }
            }
            if ran.is_empty() {
                continue;
            }
            let tools = all.iter().filter(|source| {
                let name = source.path.rsplit('/').next().unwrap_or_default();
                let settings = name.contains(".config.")
                    || name.starts_with("tsconfig")
                    || name == "angular.json";
                settings && is_within(&source.place, &folder)
            });
            for source in tools {
                if let Some(line) = self.told(source, places) {
                    return Some(format!("`{line}` by {}", source.path));
                }
            }
        }
        None
    }

    /// The line by which settings of a tool tell it to write elsewhere.
    fn told<'c>(&self, source: &Source<'c>, places: &[Place]) -> Option<&'c str> {
        let deep = source.text.lines().filter(|line| line.trim_start().starts_with("root:"));
        let deep: usize = deep
            .flat_map(|line| between(line))
            .map(|path| path.split('/').filter(|name| !name.starts_with('.')).count())
            .sum();
        source.text.lines().map(str::trim).find(|line| {
            let lower = line.to_ascii_lowercase();
            let keys = [
                "outdir",
                "outfile",
                "outputdir",
                "outputpath",
                "distdir",
                "builddir",
                "dest",
                "path",
                "file",
            ];
            let mut pairs = lower.match_indices(':').filter(|(at, _)| {
                let key = lower[..*at].trim_end().trim_end_matches(['"', '\'']);
                let letters = |c: char| !c.is_ascii_alphanumeric();
                keys.contains(&key.rsplit(letters).next().unwrap_or_default())
            });
            let first = pairs.next();
            let writes = first.is_some();
            let value = first.map_or("", |(at, _)| &line[at + 1..]);
            let up: usize = between(value).iter().map(|path| path.matches("..").count()).sum();
            let rooted = between(value).into_iter().find(|path| is_place(path));
            writes
                && !value.contains("require(")
                && (rooted.is_some_and(|path| !self.comes_along(places, path))
                    || up > deep
                        && !self.comes_along(places, &raised(&source.place, 1 + up - deep)))
        })
    }
}

/// What a source of Python gives to a name, statement by statement.
fn given(text: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(rest) = line.trim_start().strip_prefix(name).map(str::trim_start) else {
            continue;
        };
        let typed = rest.starts_with(':') && rest.contains('=');
        if !(typed || rest.starts_with('=') && !rest.starts_with("==")) {
            continue;
        }
        let mut statement = rest.split_once('=').map_or("", |(_, value)| value).to_owned();
        let open = |text: &str| {
            text.matches(['(', '[', '{']).count() > text.matches([')', ']', '}']).count()
                || text.ends_with('\\')
        };
        while open(&statement) {
            let Some(more) = lines.next() else { break };
            statement.push('\n');
            statement.push_str(more.split(" #").next().unwrap_or(more));
        }
        found.push(statement.split(" #").next().unwrap_or_default().to_owned());
    }
    found
}

/// How many folders upwards an expression of Python may lead, at most.
fn levels(text: &str) -> usize {
    let number = |rest: &str| {
        let digits = rest.trim_start_matches([' ', '[', '(']);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse::<usize>().ok()
    };
    let many = |sign: &str, more: usize| -> usize {
        text.split(sign).skip(1).map(|rest| number(rest).map_or(99, |it| it + more)).sum()
    };
    let each = |sign: &str| text.matches(sign).count();
    each(".parent") - each(".parents")
        + many(".parents", 1)
        + many(".ancestor", 0)
        + each("dirname(")
        + each("pardir")
        + each(".split(")
        + each("..")
        + text.split(") -").skip(1).filter_map(number).sum::<usize>()
}

/// The texts of an expression that begin at the root, if they are not put behind another text.
fn rooted(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for sign in ['"', '\''] {
        let mut before = "";
        for (number, part) in text.split(sign).enumerate() {
            if number % 2 == 1 && part.starts_with('/') && !before.trim_end().ends_with('+') {
                found.push(part);
            }
            before = part;
        }
    }
    found
}

/// The folder that lies some levels above a path.
fn raised(path: &str, up: usize) -> String {
    let mut names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
    names.truncate(names.len().saturating_sub(up));
    format!("/{}", names.join("/"))
}

/// A path with its way up taken.
fn resolved(folder: &str, path: &str) -> String {
    let start = if path.starts_with('/') { "" } else { folder };
    let mut names = Vec::new();
    for name in start.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

/// The first path that a script gives to a program that writes there, outside of what comes along.
fn aside(script: &str, folder: &str, inside: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut here = folder.to_owned();
    for command in script.replace("&&", ";").replace("||", ";").split([';', '|', '&']) {
        let text = command.replace(">>", ">").replace('>', " > ").replace(['"', '\'', '\\'], " ");
        let words: Vec<&str> = text.split_whitespace().collect();
        let is = |name: &str| words.iter().any(|word| word.rsplit('/').next() == Some(name));
        if words.first() == Some(&"cd") {
            here = resolved(&here, words.last().copied().unwrap_or_default());
            continue;
        }
        let copies = ["cp", "mv", "ln", "install", "rsync", "cpx", "cpy", "ncp", "copyfiles"]
            .iter()
            .any(|name| is(name));
        let makes = ["mkdir", "mkdirp", "touch", "tee"].iter().any(|name| is(name));
        for (number, word) in words.iter().enumerate() {
            let before = number.checked_sub(1).map_or("", |at| words[at]);
            let (name, value) = word.split_once('=').unwrap_or((before, word));
            let option = name.starts_with('-') || word.contains('=');
            let key = name.trim_start_matches('-').to_lowercase();
            let told = option
                && (["out", "dist", "dest", "target"].iter().any(|part| key.contains(part))
                    || ["o", "d", "dir", "path", "build_path"].contains(&key.as_str()));
            let last = copies && number + 1 == words.len();
            let each = makes && number > 0 && !word.starts_with('-');
            let leads = value.starts_with('/') || value.contains("..") || value.contains('$');
            let writes = told || last || each || before == ">";
            if writes && leads && (value.contains('$') || !inside(&resolved(&here, value))) {
                return Some(value.to_owned());
            }
        }
    }
    None
}

/// The line by which a program for Node writes outside (Node, "File system").
fn written_by<'c>(source: &Source<'c>, inside: &dyn Fn(&str) -> bool) -> Option<&'c str> {
    const CALLS: &[&str] = &[
        "appendFile",
        "copyFile",
        "copySync",
        "cpSync",
        "createWriteStream",
        "ensure",
        "fs.copy",
        "fs.cp",
        "fs.move",
        "mkdir",
        "moveSync",
        "openSync",
        "output",
        "rename",
        "symlink",
        "writeFile",
        "writeJson",
    ];
    if !CALLS.iter().any(|call| source.text.contains(call)) {
        return None;
    }
    source.text.lines().map(str::trim).find(|line| {
        let calls = CALLS.iter().any(|call| line.contains(call));
        let code = !["import ", "//", "*"].iter().any(|start| line.starts_with(start))
            && (calls || !line.contains("require("))
            && !line.contains(" from ");
        let given = |path: &&str| {
            let quotes = ['"', '\'', '`'];
            let mut heads = line.split(path).map(|head| head.trim_end_matches(quotes).trim_end());
            heads.any(|head| {
                let name = head.strip_suffix('(').unwrap_or_default();
                CALLS.iter().any(|call| {
                    name.rsplit(['.', ' '])
                        .next()
                        .unwrap_or(name)
                        .contains(call.trim_start_matches("fs."))
                })
            })
        };
        let up: usize = between(line).iter().map(|path| path.matches("..").count()).sum();
        let rooted = between(line)
            .into_iter()
            .find(|path| is_place(path) || path.starts_with('/') && given(path));
        code && (rooted.is_some_and(|path| !inside(path))
            || up > 0 && !inside(&raised(&source.place, up + 1)))
    })
}

/// What stands between quotes of any kind.
fn between(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut parts = line.char_indices().filter(|(_, c)| "\"'`".contains(*c));
    while let Some((start, sign)) = parts.next() {
        let Some((end, _)) = parts.find(|(_, c)| *c == sign) else { break };
        found.push(&line[start + 1..end]);
    }
    found
}

/// Whether a text looks like a path of the system, and not like one of an address.
fn is_place(path: &str) -> bool {
    const TOPS: &[&str] = &[
        "/app/", "/data/", "/etc/", "/home/", "/media/", "/mnt/", "/opt/", "/root/", "/run/",
        "/srv/", "/usr/", "/var/", "/www/",
    ];
    TOPS.iter().any(|top| path.starts_with(top))
}
