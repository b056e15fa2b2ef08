//! Static files that a server written for Node serves: nginx serves them on the same port, without Node and its packages.

use dockslim_syntax::Keyword;

use super::compiled::check;
use super::effects::{Effect, holds_others};
use super::gone::may_touch;
use super::launch::base_name;
use super::node::manifest;
use super::plan::{Plan, Transfer};
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::{absolute, is_within};

/// What a server is told.
struct Server {
    /// The folder that it serves.
    root: String,
    port: u16,
    /// Whether paths without a file get the page of the root.
    single: bool,
    /// Whether a path finds the page of its name.
    named: bool,
}

/// Plans the two stages of static files; `None` if the container starts something else.
pub(super) fn split(subject: &Subject<'_, '_>) -> Option<Result<Plan, Obstacle>> {
    let [command] = subject.launch.commands.as_slice() else { return None };
    let words: Vec<String> = command.iter().cloned().collect::<Option<_>>()?;
    let words = resolved(subject, &words)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (program, options) = words.split_first()?;
    let server = match (base_name(program), options) {
        ("serve" | "http-server", options) => told(subject, base_name(program), options),
        ("vite", ["preview", options @ ..]) => told(subject, "vite preview", options),
        _ => return None,
    };
    Some(server.and_then(|server| planned(subject, &server)))
}

/// The words behind `npx`, or those of a script of the manifest.
fn resolved(subject: &Subject<'_, '_>, words: &[String]) -> Option<Vec<String>> {
    let plain: Vec<&str> = words.iter().map(String::as_str).collect();
    let name = match plain.as_slice() {
        ["npx", "-y" | "--yes", rest @ ..] | ["npx", rest @ ..] => {
            return Some(rest.iter().map(|word| (*word).to_owned()).collect());
        }
        ["npm" | "yarn" | "pnpm", "run", name] | ["yarn" | "pnpm", name] => *name,
        ["npm", "start"] => "start",
        _ => return Some(words.to_vec()),
    };
    let manifest = manifest(subject, subject.folder.as_deref()?)?;
    let script = |name: &str| manifest.get("scripts")?.get(name)?.as_str();
    let text = script(name)?;
    let around = script(&format!("pre{name}")).or(script(&format!("post{name}")));
    let simple = !text.contains(|c: char| "&|;$<>`()'\"\\=*?#".contains(c));
    (around.is_none() && simple)
        .then(|| text.split_whitespace().filter(|word| *word != "npx").map(str::to_owned).collect())
}

/// Reads the options of a server. Sources: `serve --help`, `http-server --help`, the page "vite preview" of Vite.
fn told(subject: &Subject<'_, '_>, name: &str, options: &[&str]) -> Result<Server, Obstacle> {
    let unclear = |what: &str| {
        (&reasons::STATIC_SERVER, format!("what `{what}` tells `{name}` is not known to nginx"))
    };
    let (mut root, mut port, mut single) = (None, None, name == "vite preview");
    let mut at = 0;
    while let Some(word) = options.get(at) {
        at += 1;
        let (flag, joined) =
            word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value)));
        let next = options.get(at);
        let mut value = || {
            joined.unwrap_or_else(|| {
                at += 1;
                options.get(at - 1).copied().unwrap_or_default()
            })
        };
        match (name, flag) {
            ("serve", "-s" | "--single") => single = true,
            ("serve", "-l" | "--listen" | "-p" | "--port")
            | ("http-server", "-p" | "--port")
            | ("vite preview", "--port") => {
                let text = value();
                let number = ["tcp://0.0.0.0:", "tcp:0.0.0.0:"]
                    .iter()
                    .find_map(|start| text.strip_prefix(start));
                port = Some(number.unwrap_or(text).parse().map_err(|_| unclear(word))?);
            }
            (
                "serve",
                "-n" | "--no-clipboard" | "-L" | "--no-request-logging" | "--no-port-switching",
            )
            | ("http-server", "-s" | "--silent" | "-g" | "--gzip" | "-b" | "--brotli")
            | ("vite preview", "--strictPort") => {}
            // Only who listens everywhere is heard from outside.
            ("vite preview", "--host") if joined.is_none() && next != Some(&"0.0.0.0") => {}
            ("http-server", "-a") | ("vite preview", "--host") => {
                if value() != "0.0.0.0" {
                    return Err(unclear(word));
                }
            }
            ("vite preview", "--outDir") => root = Some(value().to_owned()),
            (_, flag) if flag.starts_with('-') || root.is_some() || name == "vite preview" => {
                return Err(unclear(word));
            }
            _ => root = Some((*word).to_owned()),
        }
    }
    let port = port.or_else(|| default_port(subject, name)).ok_or_else(|| {
        (&reasons::STATIC_SERVER, format!("on which port `{name}` listens is not known"))
    })?;
    if name == "vite preview" {
        let usual = output_of_vite(subject)?;
        root = root.or(Some(usual));
    }
    let root = root.and_then(|root| absolute(&root, subject.folder.as_deref()));
    let root = root.ok_or_else(|| {
        (&reasons::STATIC_SERVER, format!("which folder `{name}` serves is not known"))
    })?;
    // For a single page, serve looks for nothing but files.
    Ok(Server { root, port, single, named: name != "serve" || !single })
}

/// The port of a server that is told none: its own. Two of them have changed it with a version, and EXPOSE tells.
fn default_port(subject: &Subject<'_, '_>, name: &str) -> Option<u16> {
    let settings =
        subject.stage.steps.last().map_or(&[][..], |step| step.state.settings.as_slice());
    // Whoever starts the container may give it another one.
    if settings.iter().any(|set| set.name == "PORT" && name != "vite preview") {
        return None;
    }
    let dockerfile = subject.build.dockerfile;
    let exposed =
        subject.stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Expose);
    let exposed: Vec<u16> = exposed
        .filter_map(|step| dockerfile.text(step.instruction.arguments_span).trim().parse().ok())
        .collect();
    match (name, exposed.as_slice()) {
        ("http-server", _) => Some(8080),
        ("serve", [port @ (3000 | 5000)]) | ("vite preview", [port @ (4173 | 5000)]) => Some(*port),
        _ => None,
    }
}

/// The folder that Vite builds into, where its configuration says nothing of it, nor of what its server does besides.
fn output_of_vite(subject: &Subject<'_, '_>) -> Result<String, Obstacle> {
    let context = subject.context.ok_or_else(|| because(&reasons::NO_CONTEXT))?;
    let mut settings =
        context.entries().filter(|(path, _)| base_name(path).starts_with("vite.config."));
    let decides = settings.any(|(path, _)| {
        context.text(path).is_none_or(|text| {
            [
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
            ]
            .iter()
            .any(|name| text.contains(name))
        })
    });
    if decides {
        let message =
            "the configuration of Vite decides which files are served, and how".to_owned();
        return Err((&reasons::STATIC_SERVER, message));
    }
    Ok("dist".to_owned())
}

fn planned(subject: &Subject<'_, '_>, server: &Server) -> Result<Plan, Obstacle> {
    let Server { root, port, single, named } = server;
    let context = subject.context.ok_or_else(|| because(&reasons::NO_CONTEXT))?;
    let told = |message: &str| Err((&reasons::STATIC_SERVER, message.to_owned()));
    let configured =
        |path: &str| matches!(base_name(path), "serve.json" | "now.json" | "vercel.json");
    if context.entries().any(|(path, entry)| {
        configured(path)
            || (base_name(path) == "package.json"
                && context
                    .text(path)
                    .is_none_or(|text| text.contains("\"static\"") || text.contains("\"now\"")))
                && entry.kind != dockslim_contract::ContextKind::Folder
    }) {
        return told("a file of the project configures the server");
    }
    let mixed = subject.done.iter().any(|done| match &done.effect {
        Effect::Packages(_) => done.folder.as_deref().is_none_or(|folder| is_within(folder, root)),
        Effect::Removes(gone) => gone.iter().any(|gone| may_touch(gone, root)),
        _ => false,
    });
    // The types of nginx know no ending but that of plain scripts (its file `mime.types`).
    let modules = context.entries().find(|(path, _)| {
        let deep = path.contains('/') && path.ends_with(".mjs");
        let asks = || context.text(path).is_some_and(|text| text.contains(".mjs?url"));
        !path.contains("node_modules/") && (deep || asks())
    });
    if let Some((path, _)) = modules {
        let message = format!("{path} has a module served that nginx takes for a file of no type");
        return Err((&reasons::STATIC_SERVER, message));
    }
    if mixed || holds_others(root) {
        return told("the folder that is served holds more than what is built");
    }
    let starts =
        |kind| subject.stage.steps.iter().filter(move |step| step.instruction.kind == kind);
    if starts(Keyword::User).next().is_some() {
        return told("the server runs as a user that nginx does not have");
    }
    if let Some(owner) = subject.owner(root) {
        return Err((
            &reasons::OWNERS,
            format!("`{root}` belongs to {owner}, whom the new base does not have"),
        ));
    }
    let mut started = starts(Keyword::Cmd).chain(starts(Keyword::Entrypoint));
    let (Some(start), None) = (started.next(), started.next()) else {
        return told("the server is started by more than one instruction");
    };
    let missing = if *single { "/index.html" } else { "=404" };
    let page = if *single { "" } else { " error_page 404 /404.html;" };
    let pages = if *named { " $uri.html $uri/index.html" } else { "" };
    let settings = format!(
        "server {{ listen {port}; root {root}; charset utf-8;{page} location / {{ try_files $uri{pages} {missing}; }} }}"
    );
    let plan = Plan {
        base: if subject.image.contains("alpine") { "nginx:alpine" } else { "nginx:latest" }
            .to_owned(),
        left: "nginx serves the files on the same port, and Node and its packages stay behind",
        runs: vec![format!("echo '{settings}' > /etc/nginx/conf.d/default.conf")],
        copies: vec![Transfer { sources: vec![root.clone()], target: root.clone(), owner: None }],
        starts: Some((start.instruction.span, r#"["nginx", "-g", "daemon off;"]"#.to_owned())),
        ..Plan::default()
    };
    check(subject, &plan)?;
    Ok(plan)
}
