using System.CommandLine;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>compare</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class CompareArguments
{
    private readonly TrajectoryOptions _shared = new();

    public Argument<string> First { get; } = RunArgument("RUN_A");

    public Argument<string> Second { get; } = RunArgument("RUN_B");

    public Option<string?> Layer { get; } = new("--layer")
    {
        Description = "Compare one layer: its name, what its tensors' names have before the last dot, or last.",
        HelpName = "NAME|last",
    };

    public Option<int> Delays { get; } = new("--delays")
    {
        Description = "Snapshots stacked in one, newest first (default 32).",
        HelpName = "N",
        Validators = { FitArguments.Within("--delays", 1, 256) },
    };

    public Option<int> Modes { get; } = new("--modes")
    {
        Description = "Modes that are compared (default 10).",
        HelpName = "N",
        Validators = { FitArguments.Within("--modes", 1, 256) },
    };

    public Option<int> Dimensions { get; } = new("--dimensions")
    {
        Description = "Leading directions of the snapshots that are stacked (default 64).",
        HelpName = "N",
        Validators = { FitArguments.Within("--dimensions", 1, 512) },
    };

    public Option<int> Permutations { get; } = new("--permutations")
    {
        Description = "Random exchanges that the distance is held against (default 999).",
        HelpName = "N",
        Validators = { FitArguments.Within("--permutations", 1, 1_000_000) },
    };

    public Option<int> Seed { get; } = new("--seed")
    {
        Description = "Seeds the exchanges.",
        HelpName = "N",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(First);
        command.Arguments.Add(Second);
        foreach (var option in
            (Option[])[Layer, Delays, Modes, Dimensions, Permutations, Seed, _shared.Json, .. _shared.Endpoint.All])
        {
            command.Options.Add(option);
        }
    }

    public CompareSettings Bind(ParseResult result) => new()
    {
        First = result.GetRequiredValue(First),
        Second = result.GetRequiredValue(Second),
        Request = new CompareTrainingsRequest
        {
            Layer = result.GetValue(Layer) ?? "",
            Delays = result.GetValue(Delays),
            Modes = result.GetValue(Modes),
            Dimensions = result.GetValue(Dimensions),
            Permutations = result.GetValue(Permutations),
            Seed = result.GetValue(Seed),
        },
        Json = result.GetValue(_shared.Json),
        Endpoint = _shared.Endpoint.Bind(result),
    };

    private static Argument<string> RunArgument(string name) => new(name)
    {
        Description =
            "A run as koopmesh trajectory reads it, or a folder of folders that each are one: several starts of one "
            + "training.",
    };
}
