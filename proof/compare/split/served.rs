//! A server of static files that nginx has replaced.
//!
//! What the old server answers is read from its command, what the new one answers from its settings; both have to say the same.
//! Sources: the README of serve and of http-server, the page "vite preview" of Vite, the manual of nginx ("try_files").

use super::runtime::Runtime;
use super::started::commands;
use crate::compare::folders::{absolute, is_within};
use crate::compare::words::describe;
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};

/// What a server of files answers.
#[derive(Debug, PartialEq, Eq)]
struct Served {
    folder: String,
    port: String,
    /// Whether all paths without a file get one page.
    single: bool,
    /// Whether a path without an ending finds the page of that name.
    named: bool,
}

impl Runtime<'_, '_> {
    /// What is wrong with nginx in the place of the old server, in words.
    pub(super) fn replaced_server(&self) -> Result<(), String> {
        let (old, new) = (&self.old.configuration, &self.new.configuration);
        let started = match old.starts() {
            [Some(start), None, None] | [None, Some(start), None] => start,
            _ => return Err("the old server is started by more than one setting".to_owned()),
        };
        let own = new.command.as_deref().map(commands);
        let nginx = vec![vec!["nginx".to_owned(), "-g".to_owned(), "daemon off;".to_owned()]];
        if own != Some(nginx) || new.entrypoint.is_some() || new.health_check.is_some() {
            return Err("the container does not start nginx in the foreground".to_owned());
        }
        let root = |user: &str| user.is_empty() || user == "root" || user == "0";
        if !root(&old.user) || !root(&new.user) {
            return Err("nginx cannot run as that user".to_owned());
        }
        let served = self.served_before(started)?;
        let mut written = None;
        let mut brings = false;
        for step in &self.new.steps {
            match &step.action {
                Action::MakeFolder { .. } | Action::Volume(_) => {}
                Action::Copy(copy)
                    if copy.from.as_deref() == Some(&*self.build)
                        && !copy.adds
                        && copy.flags.is_empty()
                        && copy.sources.len() == 1
                        && copy.sources[0] == copy.destination =>
                {
                    brings |= *copy.destination == *served.folder;
                }
                Action::Call(call) if written.is_none() => {
                    written =
                        Some(settings(call).ok_or_else(|| format!("{} is new", describe(step)))?);
                }
                _ => return Err(format!("{} is new", describe(step))),
            }
        }
        if !brings {
            return Err(format!("nothing brings `{}`, which the old server serves", served.folder));
        }
        if written.as_ref() != Some(&served) {
            return Err("nginx is told to serve something else than the old server does".to_owned());
        }
        self.only_built(&served.folder)
    }

    /// The folder holds no packages, nothing of it is removed, and it belongs to nobody.
    fn only_built(&self, folder: &str) -> Result<(), String> {
        let mut problem = None;
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Call(call) => {
                let here = self.folder(&self.states.seen(call.state).directory);
                let command = Command::of(&call.words);
                let installs = matches!(command.program(), "npm" | "yarn" | "pnpm");
                let gives = matches!(command.program(), "chown" | "chmod" | "rm");
                let names = call.words.iter().filter_map(|word| self.path(word, call));
                let touched = gives
                    && names
                        .into_iter()
                        .any(|path| is_within(&path, folder) || is_within(folder, &path));
                if touched || installs && here.is_none_or(|here| is_within(&here, folder)) {
                    problem =
                        Some(format!("{} concerns the folder that is served", describe(step)));
                }
            }
            Action::Copy(copy) if copy.flags.iter().any(|flag| flag.starts_with("--ch")) => {
                let target = copy.destination.trim_end_matches('/');
                if is_within(folder, target) || is_within(target, folder) {
                    problem =
                        Some(format!("{} concerns the folder that is served", describe(step)));
                }
            }
            _ => {}
        });
        problem.map_or(Ok(()), Err)
    }

    fn served_before(&self, started: &str) -> Result<Served, String> {
        let unknown = || "what the old server serves is not known".to_owned();
        let [words] = commands(started).try_into().map_err(|_| unknown())?;
        let words = self.behind_scripts(words).ok_or_else(unknown)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (program, mut rest) = words.split_first().ok_or_else(unknown)?;
        let name = program.rsplit('/').next().unwrap_or(program);
        let vite = name == "vite" && rest.first() == Some(&"preview");
        if vite {
            rest = &rest[1..];
        } else if !matches!(name, "serve" | "http-server") {
            return Err(unknown());
        }
        if !self.is_unconfigured(vite) {
            return Err("a file of the project configures the old server".to_owned());
        }
        let (mut folder, mut port) = (vite.then(|| "dist".to_owned()), None);
        let mut single = vite;
        let mut rest = rest
            .iter()
            .flat_map(|word| match word.split_once('=') {
                Some((flag, value)) if flag.starts_with('-') => vec![flag, value],
                _ => vec![*word],
            })
            .peekable();
        let mut named = false;
        while let Some(word) = rest.next() {
            match word {
                "-s" | "--single" if name == "serve" => single = true,
                "-s" | "--silent" | "-g" | "--gzip" | "-b" | "--brotli"
                    if name == "http-server" => {}
                "-n" | "--no-clipboard" | "-L" | "--no-request-logging" | "--no-port-switching"
                    if name == "serve" => {}
                "--strictPort" if vite => {}
                "-l" | "--listen" if name == "serve" => {
                    let place = rest.next().ok_or_else(unknown)?;
                    let number = place.rsplit(':').next().unwrap_or(place);
                    let everywhere = place == number
                        || matches!(
                            place.strip_suffix(number),
                            Some("tcp://0.0.0.0:" | "tcp:0.0.0.0:")
                        );
                    port = Some(number.to_owned()).filter(|_| everywhere);
                    port.as_ref().ok_or_else(unknown)?;
                }
                "-p" if !vite => port = rest.next().map(str::to_owned),
                "--port" => port = rest.next().map(str::to_owned),
                "--host" if vite => {
                    rest.next_if(|next| *next == "0.0.0.0");
                }
                "-a" if name == "http-server" => {
                    rest.next().filter(|place| *place == "0.0.0.0").ok_or_else(unknown)?;
                }
                "--outDir" if vite => folder = rest.next().map(str::to_owned),
                word if !word.starts_with('-') && !named && !vite => {
                    named = true;
                    folder = Some(word.to_owned());
                }
                _ => return Err(unknown()),
            }
        }
        let port = port.or_else(|| self.own_port(name)).ok_or_else(unknown)?;
        let here = self.folder(&self.old.configuration.directory).ok_or_else(unknown)?;
        let here = if here.is_empty() { "/".to_owned() } else { here };
        let folder =
            folder.and_then(|folder| absolute(&folder, &here, None)).ok_or_else(unknown)?;
        // Told of a single page, serve rewrites every path without a file to it (serve-handler, "rewrites").
        let named = !(name == "serve" && single);
        Ok(Served { folder, port, single, named })
    }

    /// The words that a script of package.json stands for.
    fn behind_scripts(&self, words: Vec<String>) -> Option<Vec<String>> {
        let plain: Vec<&str> = words.iter().map(String::as_str).collect();
        let script = match plain.as_slice() {
            ["npx", "-y" | "--yes", ..] => return Some(words[2..].to_vec()),
            ["npx", ..] => return Some(words[1..].to_vec()),
            ["npm" | "yarn" | "pnpm", "run", script] | ["yarn" | "pnpm", script] => *script,
            ["npm", "start"] => "start",
            _ => return Some(words),
        };
        let context = self.context?;
        let mut manifests =
            context.entries().filter(|(path, _)| path.rsplit('/').next() == Some("package.json"));
        let (path, None) = (manifests.next()?.0, manifests.next()) else { return None };
        let manifest: serde_json::Value = serde_json::from_str(context.text(path)?).ok()?;
        let scripts = manifest.get("scripts")?;
        let around = [format!("pre{script}"), format!("post{script}")];
        if around.iter().any(|name| scripts.get(name).is_some()) {
            return None;
        }
        let text = scripts.get(script)?.as_str()?;
        let letters = |c: char| c.is_ascii_alphanumeric() || " -_./:@".contains(c);
        let words = text.split_whitespace().filter(|word| *word != "npx");
        text.chars().all(letters).then(|| words.map(str::to_owned).collect())
    }

    /// Whether no file of the project tells the server more.
    fn is_unconfigured(&self, vite: bool) -> bool {
        let Some(context) = self.context else { return false };
        context.entries().filter(|(path, _)| !context.is_folder(path)).all(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let silent = |words: &[&str]| {
                context.text(path).is_some_and(|text| !words.iter().any(|word| text.contains(word)))
            };
            match name {
                "serve.json" | "now.json" | "vercel.json" => false,
                "package.json" => silent(&["\"static\"", "\"now\""]),
                // nginx sends no type with them.
                name if name.ends_with(".mjs") && path.contains('/') => false,
                name if [".js", ".jsx", ".ts", ".tsx", ".vue", ".svelte"]
                    .iter()
                    .any(|end| name.ends_with(end))
                    && !silent(&[".mjs?url"]) =>
                {
                    false
                }
                name if vite && name.starts_with("vite.config.") => silent(&[
                    "outDir",
                    "preview",
                    "base:",
                    "root:",
                    "appType",
                    "proxy",
                    "https",
                    "middleware",
                    "configurePreviewServer",
                    "cors",
                    "headers",
                ]),
                _ => true,
            }
        })
    }

    /// The port of a server that is told none.
    fn own_port(&self, name: &str) -> Option<String> {
        let settings = &self.old.configuration;
        if let Some(port) = settings.environment.get("PORT").filter(|_| name != "vite") {
            return Some(port.clone());
        }
        let mut exposed = settings.ports.iter();
        let (first, more) = (exposed.next().map(String::as_str), exposed.next());
        match (name, first, more) {
            ("http-server", ..) => Some("8080".to_owned()),
            // Both have changed their port with a version.
            ("serve", Some(port @ ("3000" | "5000")), None) => Some(port.to_owned()),
            ("vite", Some(port @ ("4173" | "5000")), None) => Some(port.to_owned()),
            _ => None,
        }
    }
}

/// What `echo 'server { … }' > /etc/nginx/conf.d/default.conf` tells nginx.
fn settings(call: &Call<'_>) -> Option<Served> {
    let [echo, text] = call.words.as_slice() else { return None };
    let [target] = call.redirects.as_slice() else { return None };
    if echo != "echo"
        || target.replace(' ', "") != ">/etc/nginx/conf.d/default.conf"
        || !call.assignments.is_empty()
    {
        return None;
    }
    let text = plain(text)?;
    let spaced = text.replace(';', " ; ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let [
        "server",
        "{",
        "listen",
        port,
        ";",
        "root",
        folder,
        ";",
        "charset",
        "utf-8",
        ";",
        rest @ ..,
    ] = words.as_slice()
    else {
        return None;
    };
    let page = rest.strip_prefix(&["error_page", "404", "/404.html", ";"]);
    let [start @ .., last, ";", "}", "}"] = page.unwrap_or(rest) else { return None };
    let named = match start {
        ["location", "/", "{", "try_files", "$uri"] => false,
        ["location", "/", "{", "try_files", "$uri", "$uri.html", "$uri/index.html"] => true,
        _ => return None,
    };
    if page.is_some() != (*last == "=404") {
        return None;
    }
    let single = match *last {
        "/index.html" => true,
        "=404" => false,
        _ => return None,
    };
    Some(Served { folder: (*folder).to_owned(), port: (*port).to_owned(), single, named })
}
