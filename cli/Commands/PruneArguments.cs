using System.CommandLine;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>prune</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class PruneArguments
{
    private readonly TrajectoryOptions _shared = new();

    public Option<double> Fraction { get; } = new("--fraction")
    {
        Description = "How much of the weights to prune.",
        HelpName = "FRACTION",
        Required = true,
        CustomParser = result => FitArguments.ParseNumber(
            result, "--fraction", value => value is >= 0 and < 1, "a fraction of at least 0 and below 1"),
    };

    public Option<double?> Alpha { get; } = new("--alpha")
    {
        Description =
            "Weight of how much a parameter still moves, beside the size it will have (default 1; 0 for size alone).",
        HelpName = "WEIGHT",
        CustomParser = result => FitArguments.ParseNumber(
            result, "--alpha", value => value >= 0, "a number of at least 0"),
    };

    public Option<bool> PerTensor { get; } = new("--per-tensor")
    {
        Description = "Prune this fraction of every tensor, not of all together.",
    };

    public Option<bool> Biases { get; } = new("--biases")
    {
        Description = "Prune tensors of one axis, too.",
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description =
            "Where the masks go, a safetensors file: for each tensor 1 to keep and 0 to prune; frozen:NAME is 1 where "
            + "training can stop.",
        HelpName = "FILE",
        Required = true,
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_shared.Run);
        Option[] options =
        [
            Fraction, Alpha, PerTensor, Biases, _shared.Window, _shared.Delays, _shared.Tolerance, _shared.Residual,
            _shared.Nearness, Output, _shared.Json, .. _shared.Endpoint.All,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    public PruneSettings Bind(ParseResult result)
    {
        var request = new PruneRequest
        {
            Fraction = result.GetValue(Fraction),
            PerTensor = result.GetValue(PerTensor),
            Biases = result.GetValue(Biases),
            Window = _shared.BindWindow(result),
        };
        if (result.GetValue(Alpha) is { } alpha)
        {
            request.Alpha = alpha;
        }

        return new PruneSettings
        {
            Run = result.GetRequiredValue(_shared.Run),
            Request = request,
            Output = result.GetRequiredValue(Output),
            Json = result.GetValue(_shared.Json),
            Endpoint = _shared.Endpoint.Bind(result),
        };
    }
}
