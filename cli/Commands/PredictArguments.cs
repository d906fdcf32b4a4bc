using System.CommandLine;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>predict</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class PredictArguments
{
    // Of protos/koopmanmesh/operator/v1/operator.proto.
    private const long MostSteps = 1 << 24;

    public Argument<string> Operator { get; } = new("OPERATOR")
    {
        Description = "What koopmesh fit --output wrote.",
    };

    public Option<string> From { get; } = new("--from")
    {
        Description = "The state now, or the last states in time order where the operator has delays.",
        HelpName = "FILE",
        Required = true,
    };

    public Option<long> Steps { get; } = new("--steps")
    {
        Description = "How many steps to predict.",
        HelpName = "N",
        Required = true,
        Validators = { FitArguments.Within("--steps", 1, MostSteps) },
    };

    public Option<string?> Inputs { get; } = new("--inputs")
    {
        Description = "For an operator with control: the inputs of the steps, inputs x time.",
        HelpName = "FILE",
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description = "Where the predicted states go, a float64 NPY file; the state now is not one.",
        HelpName = "FILE",
        Required = true,
    };

    public Option<string> Snapshots { get; } = FitArguments.SnapshotsOption();

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print a summary as JSON on standard output, and nothing else.",
    };

    public EndpointArguments Endpoint { get; } = new();

    public void AddTo(Command command)
    {
        command.Arguments.Add(Operator);
        foreach (var option in (Option[])[From, Steps, Inputs, Output, Snapshots, Json, .. Endpoint.All])
        {
            command.Options.Add(option);
        }
    }

    public PredictSettings Bind(ParseResult result) => new()
    {
        Operator = result.GetRequiredValue(Operator),
        From = result.GetRequiredValue(From),
        Steps = result.GetRequiredValue(Steps),
        Inputs = result.GetValue(Inputs),
        Output = result.GetRequiredValue(Output),
        Axis = FitArguments.AxisOf(result.GetValue(Snapshots)),
        Json = result.GetValue(Json),
        Endpoint = Endpoint.Bind(result),
    };
}
