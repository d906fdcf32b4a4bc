using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Containers;

/// <summary>
/// The container engine of this machine, in the words that work where containers are run within one: runc, and limits
/// that the outer one allows.
/// </summary>
internal static class Engine
{
    private const string Base = "localhost/koopmanmesh/aspnet";

    public static IReadOnlyList<string> Limits { get; } =
        ["--ulimit", "nofile=1000:1000", "--ulimit", "nproc=1000:1000"];

    /// <summary>Makes the bases, once a machine; skips, with the reason, where that or running fails.</summary>
    public static async Task RequireAsync(CancellationToken token)
    {
        Assert.SkipWhen(Command.OnPath("podman") is null, "no container engine (podman) is on this machine");
        Assert.SkipWhen(Command.OnPath("runc") is null, "no runc is on this machine");
        Assert.SkipWhen(Command.OnPath("debootstrap") is null, "no base image can be made without debootstrap");
        Assert.SkipWhen(Environment.UserName != "root", "building without pulling needs root");
        var made = await Command.TryRunAsync(
            Path.Combine(Repository.Root, "deploy", "docker", "base.sh"), [], token);
        Assert.SkipWhen(made.Code != 0, $"no base image can be made: {made.Error.Trim()}");
        var ran = await Command.TryRunAsync(
            "podman", ["--runtime", "runc", "run", "--rm", .. Limits, Base, "/bin/true"], token);
        Assert.SkipWhen(ran.Code != 0, $"podman can't run a container here: {ran.Error.Trim()}");
    }

    /// <summary>Builds a service's image as docs/kubernetes.md says, on this machine's bases and packages.</summary>
    public static async Task<Image> BuildAsync(string service, CancellationToken token)
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var name = $"localhost/koopmanmesh/{service}:test-{Environment.ProcessId}";
        await RunAsync(
            token, "build", "--quiet", "--layers=false", "--isolation", "chroot", "--timestamp", "0",
            "-v", $"{packages}:/packages", "-f", "deploy/docker/Dockerfile",
            "--build-arg", $"SERVICE={service}", "--build-arg", "SDK=localhost/koopmanmesh/sdk",
            "--build-arg", $"BASE={Base}", "-t", name, ".");
        return new Image(name);
    }

    /// <summary>Starts it as a cluster does: read-only, as user 1000, without capabilities, in 1 GiB.</summary>
    public static async Task<Container> StartAsync(
        Image image, IReadOnlyDictionary<string, string> settings, CancellationToken token)
    {
        string[] run =
        [
            "run", "--detach", .. Limits, "--network", "host", "--read-only", "--tmpfs", "/tmp",
            "--tmpfs", "/var/lib/koopmanmesh:mode=0777", "--user", "1000:1000", "--cap-drop", "all",
            "--security-opt", "no-new-privileges", "--memory", "1g",
            .. settings.SelectMany(s => new[] { "--env", $"{s.Key}={s.Value}" }), image.Name,
        ];
        return new Container((await RunAsync(token, run)).Trim());
    }

    public static Task<string> RunAsync(CancellationToken token, params IEnumerable<string> arguments) =>
        Command.RunAsync("podman", ["--runtime", "runc", .. arguments], token);
}

/// <summary>An image; gone when it is disposed of.</summary>
internal sealed class Image(string name) : IAsyncDisposable
{
    public string Name => name;

    /// <summary>What a shell in it says.</summary>
    public Task<string> AskAsync(string command, CancellationToken token) =>
        Engine.RunAsync(token, ["run", "--rm", .. Engine.Limits, "--entrypoint", "/bin/sh", name, "-c", command]);

    public async ValueTask DisposeAsync() =>
        await Command.TryRunAsync("podman", ["--runtime", "runc", "rmi", "--force", name], CancellationToken.None);
}

/// <summary>A running container; gone when it is disposed of.</summary>
internal sealed class Container(string id) : IAsyncDisposable
{
    /// <summary>What it wrote so far.</summary>
    public async Task<string> LogsAsync(CancellationToken token)
    {
        var (_, output, error) = await Command.TryRunAsync("podman", ["--runtime", "runc", "logs", id], token);
        return output + error;
    }

    public async Task<string> InspectAsync(string format, CancellationToken token) =>
        (await Engine.RunAsync(token, "inspect", "--format", format, id)).Trim();

    /// <summary>Asks it to stop, and gives its exit code: 137 where it had to be killed after this grace.</summary>
    public async Task<int> StopAsync(TimeSpan grace, CancellationToken token)
    {
        await Engine.RunAsync(token, "stop", "--time", $"{grace.TotalSeconds:0}", id);
        return int.Parse(await InspectAsync("{{.State.ExitCode}}", token), null);
    }

    public async ValueTask DisposeAsync() => await Command.TryRunAsync(
        "podman", ["--runtime", "runc", "rm", "--force", "--time", "0", id], CancellationToken.None);
}
