using KoopmanMesh.Deploy.Tests.Rendering;

namespace KoopmanMesh.Deploy.Tests.Containers;

/// <summary>
/// The container engine of this machine, in the words that work where containers are run within one: runc, and limits
/// that the outer one allows.
/// </summary>
internal static class Engine
{
    private static readonly string[] _limits = ["--ulimit", "nofile=1000:1000", "--ulimit", "nproc=1000:1000"];

    /// <summary>Skips, with the reason, where nothing can build and run an image.</summary>
    public static void Require()
    {
        Assert.SkipWhen(Command.OnPath("podman") is null, "no container engine (podman) is on this machine");
        Assert.SkipWhen(Environment.UserName != "root", "building without pulling needs root");
        Assert.SkipWhen(Command.OnPath("debootstrap") is null, "no base image can be made without debootstrap");
    }

    /// <summary>Makes the base, once a machine, and the image of a service on it.</summary>
    public static async Task BuildAsync(string service, CancellationToken token)
    {
        await Command.RunAsync(Path.Combine(Repository.Root, "deploy", "docker", "base.sh"), [], token);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await RunAsync(
            token, "build", "--quiet", "--isolation", "chroot", "--timestamp", "0",
            "-v", $"{packages}:/root/.nuget/packages", "-f", "deploy/docker/Dockerfile", "--build-arg", $"SERVICE={service}",
            "--build-arg", "SDK=localhost/koopmanmesh/base", "--build-arg", "BASE=localhost/koopmanmesh/base",
            "-t", ImageOf(service), ".");
    }

    /// <summary>Starts it as a cluster does: read-only, as user 1000, without capabilities, in 1 GiB.</summary>
    public static async Task<Container> StartAsync(
        string service, IReadOnlyDictionary<string, string> settings, CancellationToken token)
    {
        string[] run =
        [
            "run", "--detach", .. _limits, "--network", "host", "--read-only", "--tmpfs", "/tmp",
            "--tmpfs", "/var/lib/koopmanmesh:mode=0777", "--user", "1000:1000", "--cap-drop", "all",
            "--security-opt", "no-new-privileges", "--memory", "1g",
            .. settings.SelectMany(s => new[] { "--env", $"{s.Key}={s.Value}" }), ImageOf(service),
        ];
        return new Container((await RunAsync(token, run)).Trim());
    }

    public static Task<string> RunAsync(CancellationToken token, params IEnumerable<string> arguments) =>
        Command.RunAsync("podman", ["--runtime", "runc", .. arguments], token);

    private static string ImageOf(string service) => $"localhost/koopmanmesh/{service}:test";
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
