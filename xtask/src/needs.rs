//! What is needed beyond the Rust toolchain: says what it installs, and what it could not.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{output, run, works};
use crate::workspace::Workspace;

/// Whether a missing need fails the run. Elsewhere what needs it is skipped, with a line that says so.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}

/// What is there, or nothing and a line that says so; in CI what is not there is an error.
pub(crate) fn or_skip<T>(what: &str, found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(problem) if in_ci() => Err(problem),
        Err(problem) => {
            println!("SKIPPED {what}: {problem:#}");
            Ok(None)
        }
    }
}

/// Python with the packages of tests/interop/requirements.txt.
pub(crate) struct Python {
    packages: PathBuf,
}

impl Python {
    /// Installs the packages below the target directory if they are not there. A folder of packages rather than a
    /// virtual environment, because Debian leaves out what those need.
    pub(crate) fn install(workspace: &Workspace) -> Result<Self> {
        let requirements = workspace.root.join("tests/interop/requirements.txt");
        let packages = workspace.target.join("interop/python");
        let wanted = std::fs::read_to_string(&requirements).context("reading requirements.txt")?;
        let marker = packages.join("installed.txt");
        if std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
            return Ok(Self { packages });
        }
        pip_install(&requirements, &packages).context("could not install the Python packages of tests/interop")?;
        std::fs::write(marker, wanted)?;
        Ok(Self { packages })
    }

    /// A command that runs this script of tests/interop.
    pub(crate) fn script(&self, workspace: &Workspace, name: &str) -> Command {
        let mut command = Command::new("python3");
        command.env("PYTHONPATH", &self.packages).env("PYTHONDONTWRITEBYTECODE", "1");
        command.arg("-u").arg(workspace.root.join("tests/interop").join(name));
        command
    }
}

fn pip_install(requirements: &Path, packages: &Path) -> Result<()> {
    if !works(Command::new("python3").args(["-m", "pip", "--version"])) {
        bail!("python3 with pip is missing; with Debian: apt-get install python3-pip");
    }
    let mut pip = Command::new("python3");
    pip.env("PIP_ROOT_USER_ACTION", "ignore"); // nothing is installed into the system
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "--requirement"]);
    run(pip.arg(requirements).arg("--target").arg(packages))
}

/// Node with the packages of tests/interop/node/package-lock.json, in a folder with the script.
pub(crate) struct Node {
    folder: PathBuf,
}

impl Node {
    /// Installs the packages below the target directory if they are not there.
    pub(crate) fn install(workspace: &Workspace) -> Result<Self> {
        if !works(Command::new("npm").arg("--version")) {
            bail!("node with npm is missing; with Debian: apt-get install nodejs npm");
        }
        let sources = workspace.root.join("tests/interop/node");
        let folder = workspace.target.join("interop/node");
        std::fs::create_dir_all(&folder)?;
        for name in ["package.json", "package-lock.json", "client.mjs"] {
            std::fs::copy(sources.join(name), folder.join(name)).with_context(|| format!("copying {name}"))?;
        }
        let wanted = std::fs::read_to_string(folder.join("package-lock.json"))?;
        let marker = folder.join("installed.json");
        if !std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
            let mut npm = Command::new("npm");
            run(npm.current_dir(&folder).args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]))
                .context("could not install the Node packages of tests/interop/node")?;
            std::fs::write(marker, wanted)?;
        }
        Ok(Self { folder })
    }

    /// A command that runs the script.
    pub(crate) fn script(&self) -> Command {
        let mut command = Command::new("node");
        command.arg(self.folder.join("client.mjs"));
        command
    }
}

/// gSOAP with what a client of it is compiled from.
pub(crate) fn gsoap() -> Result<()> {
    let headers = "#include <stdsoap2.h>\n#include <openssl/ssl.h>\n#include <nlohmann/json.hpp>\n";
    let compile = format!("printf '{headers}' | c++ -DWITH_OPENSSL -std=c++17 -fsyntax-only -xc++ -");
    let found = ["wsdl2h -V", "soapcpp2 -V", &compile].iter().all(|line| works(Command::new("sh").args(["-c", line])));
    if !found {
        bail!(
            "gSOAP is missing, or what it needs; with Debian: apt-get install {}",
            "g++ gsoap libgsoap-dev libssl-dev nlohmann-json3-dev"
        );
    }
    Ok(())
}

/// A subcommand of cargo in this version, installed below the target directory if it is not there.
pub(crate) fn cargo_tool(workspace: &Workspace, name: &str, version: &str) -> Result<PathBuf> {
    let folder = workspace.target.join("tools");
    let tool = folder.join("bin").join(name);
    let installed = tool.exists() && output(Command::new(&tool).arg("--version"))?.trim().ends_with(version);
    if !installed {
        let mut install = workspace.cargo();
        // it runs for seconds, so what counts is how soon it is built
        install.args(["install", "--debug", "--locked", name, "--version", version, "--root"]).arg(folder);
        run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    }
    Ok(tool)
}

/// PHP with its SOAP client.
pub(crate) fn php() -> Result<()> {
    if !works(
        Command::new("php").args(["-r", "exit(extension_loaded('soap') && extension_loaded('openssl') ? 0 : 1);"]),
    ) {
        bail!("PHP with ext-soap is missing; with Debian: apt-get install php-cli php-soap");
    }
    Ok(())
}

/// A program, installed with apt-get where it is missing and that is possible.
pub(crate) fn debian_program(program: &str, package: &str) -> Result<()> {
    let found = || works(Command::new("sh").args(["-c", &format!("command -v {program}")]));
    if found() {
        return Ok(());
    }
    println!("missing: {program}; installing {package} with apt-get");
    let installed = run(Command::new("apt-get").arg("update"))
        .and_then(|()| run(Command::new("apt-get").args(["install", "--yes", package])));
    match installed {
        Ok(()) if found() => Ok(()),
        _ => bail!("could not install {program}; with Debian, as root: apt-get install {package}"),
    }
}
