using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Verification;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.HandOff;

/// <summary>
/// Replays a counterexample in ONNX Runtime, as VNN-COMP scores it (SCORING/counterexamples.py and settings.py of its
/// 2025 results): strictly first, then with 1e-4 on the inputs. Stricter than there, the outputs get no tolerance and
/// are always those of the replay.
/// </summary>
internal sealed class CounterexampleReplay(ModelDesk models)
{
    private const double InputTolerance = 1e-4;

    public async Task<ReplayCounterexampleResponse> ReplayAsync(
        ReplayCounterexampleRequest request, CancellationToken cancellationToken)
    {
        Require(request.Original is not null, "MODEL_MISSING", "the request names no original", "original");
        Require(request.Hybrid is not null, "MODEL_MISSING", "the request names no hybrid", "hybrid");
        var property = VnnLibProperty.Parse(request.Property);
        var example = Counterexample.Parse(request.Counterexample);
        var original = await models.LoadAsync(request.Original, cancellationToken);
        var hybrid = await models.LoadAsync(request.Hybrid, cancellationToken);
        Match(property, example, original);
        Match(property, example, hybrid);
        return await Task.Run(
            () => Replay(property, example, (original, hybrid), cancellationToken), cancellationToken);
    }

    private static ReplayCounterexampleResponse Replay(
        VnnLibProperty property, Counterexample example, (NetworkModel Original, NetworkModel Hybrid) networks,
        CancellationToken cancellationToken)
    {
        // What is judged is what runs: the numbers of the file as float32.
        float[] x = [.. example.Inputs.ToArray().Select(value => (float)value)];
        var violation = property.Violation([.. x.Select(value => (double)value)]);
        var original = Run(networks.Original, x, cancellationToken);
        var hybrid = Run(networks.Hybrid, x, cancellationToken);
        double[] y = [.. original.Zip(hybrid, (f, h) => f - h)];
        var counts = property.Describes(y) && violation <= InputTolerance;
        var response = new ReplayCounterexampleResponse
        {
            Verdict = violation > InputTolerance ? "input outside the box"
                : !counts ? "outputs satisfy the property"
                : violation > 0 ? "holds within tolerance"
                : "holds strictly",
            Counts = counts,
            InputViolation = violation,
            OutputDifference = example.Outputs.IsEmpty ? 0 : Furthest(example.Outputs.ToArray(), y),
            Difference = Furthest(original, hybrid),
        };
        response.OriginalOutputs.Add(original);
        response.HybridOutputs.Add(hybrid);
        return response;
    }

    private static double[] Run(NetworkModel model, float[] x, CancellationToken cancellationToken)
    {
        using var session = new NetworkSession(model);
        double[] y = [.. session.Run(x, 1, cancellationToken).Output.ToArray()];
        var bad = Array.FindIndex(y, value => !double.IsFinite(value));
        return bad < 0 ? y : throw new NonFiniteActivationException(model.Output.Name, 0, bad, (float)y[bad]);
    }

    private static double Furthest(double[] a, double[] b) => a.Zip(b, (left, right) => Math.Abs(left - right)).Max();

    private static void Match(VnnLibProperty property, Counterexample example, NetworkModel model)
    {
        var (inputs, outputs) = (model.Input.Width, model.Output.Width);
        Require(
            property.Inputs == inputs && property.Outputs == outputs, "PROPERTY_MISMATCH",
            $"the property is of {property.Inputs} inputs and {property.Outputs} outputs, '{model.Name}' has {inputs} "
            + $"and {outputs}", "property");
        Require(
            example.Inputs.Length == inputs && (example.Outputs.IsEmpty || example.Outputs.Length == outputs),
            "COUNTEREXAMPLE_MISMATCH",
            $"the counterexample has {example.Inputs.Length} inputs and {example.Outputs.Length} outputs, the property "
            + $"{inputs} and {outputs}", "counterexample");
    }

    private static void Require(bool holds, string reason, string message, string field)
    {
        if (!holds)
        {
            throw new InvalidRequestException(reason, message, field);
        }
    }
}
