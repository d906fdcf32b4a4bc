using System.CommandLine;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options that commands on training runs have in common, each with the sentence --help shows.</summary>
internal sealed class TrajectoryOptions
{
    public Argument<string> Run { get; } = RunArgument("RUN");

    public Option<string?> Losses { get; } = new("--losses")
    {
        Description =
            "A CSV file with a header of some of step, loss, validation_loss, accuracy, learning_rate, seconds, and a "
            + "line a snapshot; by default losses.csv in the folder, if there is one, also for runs of --null.",
        HelpName = "FILE",
    };

    public Option<int> Window { get; } = new("--window")
    {
        Description = "Snapshot pairs of a window (default 20).",
        HelpName = "N",
        Validators = { FitArguments.Within("--window", 3, 1024) },
    };

    public Option<int> Hop { get; } = new("--hop")
    {
        Description = "Snapshots from one window to the next (default 5).",
        HelpName = "N",
        Validators = { FitArguments.Within("--hop", 1, 1024) },
    };

    public Option<int> Delays { get; } = new("--delays")
    {
        Description = "Snapshots stacked in one, newest first (default 1; 4 for norms and scalars).",
        HelpName = "N",
        Validators = { FitArguments.Within("--delays", 1, 64) },
    };

    public Option<double?> Tolerance { get; } = new("--tolerance")
    {
        Description = "Keep directions above this share of the largest (default 1e-8; 1e-6 for float32).",
        HelpName = "SHARE",
        CustomParser = result => FitArguments.ParseNumber(
            result, "--tolerance", value => value is >= 0 and < 1, "a number of at least 0 and below 1"),
    };

    public Option<double?> Residual { get; } = new("--residual")
    {
        Description = "Believe a mode up to this residual, relative to the operator's norm (default 0.01).",
        HelpName = "SHARE",
        CustomParser = result => FitArguments.ParseNumber(
            result, "--residual", value => value > 0, "a number above 0"),
    };

    public Option<double?> Nearness { get; } = new("--nearness")
    {
        Description = "A mode is at rest when its eigenvalue is this near one (default 0.01).",
        HelpName = "DISTANCE",
        CustomParser = result => FitArguments.ParseNumber(
            result, "--nearness", value => value is > 0 and < 1, "a number above 0 and below 1"),
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the result as JSON on standard output, and nothing else.",
    };

    public EndpointArguments Endpoint { get; } = new();

    /// <summary>The options of windows.</summary>
    public Option[] Windows => [Window, Hop, Delays, Tolerance, Residual, Nearness];

    public static Argument<string> RunArgument(string name) => new(name)
    {
        Description =
            "A folder with a checkpoint a file (.safetensors, .npz, .npy; the last number of a name is its step), or a "
            + "file of steps x parameters.",
    };

    public WindowOptions BindWindow(ParseResult result)
    {
        var window = new WindowOptions
        {
            Length = result.GetValue(Window),
            Hop = result.GetValue(Hop),
            Delays = result.GetValue(Delays),
        };
        if (result.GetValue(Tolerance) is { } tolerance)
        {
            window.RelativeTolerance = tolerance;
        }

        if (result.GetValue(Residual) is { } residual)
        {
            window.Residual = residual;
        }

        if (result.GetValue(Nearness) is { } nearness)
        {
            window.Nearness = nearness;
        }

        return window;
    }
}
