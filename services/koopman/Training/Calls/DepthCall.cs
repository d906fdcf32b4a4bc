using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Training.Depth;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>Advises a depth from a stream of pairs.</summary>
internal sealed class DepthCall(TrainingGate gate, ILinearAlgebra algebra)
{
    private const long MostTensorBytes = 1L << 28;
    private const int MostWidth = 4096;

    // Numbers of the rows lifted to observables: 1 GiB of inputs, and as much of outputs.
    private const long MostLifted = 1L << 27;

    public async Task<AdviseDepthResponse> RunAsync(
        IAsyncStreamReader<AdviseDepthRequest> stream, CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        if (!await stream.MoveNext(cancellationToken)
            || stream.Current.PartCase != AdviseDepthRequest.PartOneofCase.Header)
        {
            throw new InvalidRequestException(
                "DEPTH_HEADER_MISSING", "a stream of pairs starts with a header message, got none", "header");
        }

        var options = OptionsOf(stream.Current.Header);
        var (inputs, outputs) = await PairsAsync(stream, cancellationToken);
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.training.depth");
        var advice = await TrainingFaults.TellAsync(
            gate.RunAsync(() => Advise(inputs, outputs, options, cancellationToken), cancellationToken), "tensor");
        return ResponseOf(advice);
    }

    private DepthAdvice Advise(
        Matrix inputs, Matrix outputs, DepthOptions options, CancellationToken cancellationToken)
    {
        var width = Math.Max(inputs.Rows, outputs.Rows);
        var observables = ObservablesBound.Of(ObservablesSpec.Parse(options.Dictionary), width, algebra);
        return (long)observables * inputs.Columns <= MostLifted
            ? DepthAdvice.Of(inputs, outputs, options, algebra, cancellationToken)
            : throw new CapacityException(
                "DATA_TOO_LARGE",
                $"{inputs.Columns} rows of {observables} observables are {(long)observables * inputs.Columns} numbers, "
                + $"allowed are {MostLifted}; take fewer rows or a smaller dictionary");
    }

    private static AdviseDepthResponse ResponseOf(DepthAdvice advice)
    {
        var response = new AdviseDepthResponse
        {
            Layers = advice.Layers,
            Modes = { advice.Modes.Select(WindowMapping.ToMessage) },
            Untrusted = advice.Untrusted,
            Vanishing = advice.Vanishing,
            Rows = advice.Rows,
            Explained = advice.Explained,
            Verdict = advice.Modes.IsEmpty
                ? "no eigenvalue of the map is trusted, so that nothing can be advised"
                : $"{advice.Layers} layers, from {advice.Modes.Length} trusted eigenvalues of a fit that explains "
                    + FormattableString.Invariant($"{advice.Explained:0.###} of the held-out variance"),
        };
        if (advice.ContractionLayers is { } layers)
        {
            response.ContractionLayers = layers;
        }

        return response;
    }

    private static async Task<(Matrix Inputs, Matrix Outputs)> PairsAsync(
        IAsyncStreamReader<AdviseDepthRequest> stream, CancellationToken cancellationToken)
    {
        var (assembler, found) = (new TensorAssembler(MostTensorBytes), new List<NamedTensor>());
        while (await stream.MoveNext(cancellationToken))
        {
            if (stream.Current.PartCase != AdviseDepthRequest.PartOneofCase.Tensor)
            {
                throw Invalid("after its header a stream of pairs has tensors only, got another message");
            }

            if (assembler.Accept(stream.Current.Tensor) is { } tensor)
            {
                var expected = found.Count == 0 ? "inputs" : "outputs";
                if (found.Count == 2 || tensor.Name != expected)
                {
                    throw Invalid($"tensor '{tensor.Name}' came, expected 'inputs' and then 'outputs' once each");
                }

                found.Add(tensor);
            }
        }

        assembler.Complete();
        return found.Count == 2
            ? (Columns(found[0]), Columns(found[1], found[0].Shape[0]))
            : throw Invalid($"{found.Count} tensors came, expected 'inputs' and then 'outputs'");
    }

    private static Matrix Columns(NamedTensor tensor, long? rows = null)
    {
        if (tensor.Shape.Count != 2 || tensor.Shape[0] < 2 || tensor.Shape[1] is < 1 or > MostWidth
            || (rows is { } count && tensor.Shape[0] != count))
        {
            throw Invalid(
                $"tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], expected "
                + $"{(rows is null ? "at least 2" : rows.ToString())} rows of 1 to {MostWidth}");
        }

        var values = tensor.ElementType == ElementType.Float32
            ? Array.ConvertAll(tensor.Values<float>(), v => (double)v)
            : tensor.Values<double>();
        if (Array.FindIndex(values, value => !double.IsFinite(value)) is >= 0 and var bad)
        {
            throw Invalid(FormattableString.Invariant(
                $"value {bad % tensor.Shape[1]} of row {bad / tensor.Shape[1]} of tensor '{tensor.Name}' is ")
                + FormattableString.Invariant($"{values[bad]}, expected a finite number"));
        }

        return new Matrix((int)tensor.Shape[1], (int)tensor.Shape[0], values);
    }

    private static DepthOptions OptionsOf(DepthHeader header)
    {
        var range = new OptionRange("header");
        var rank = range.Integer("rank", header.Rank, 0, 1, 1024);
        return new DepthOptions
        {
            Change = range.Number(
                "delta", header.HasDelta ? header.Delta : null, DepthRule.DefaultChange,
                value => value > 0 && double.IsFinite(value), "more than 0"),
            Tolerance = range.Number(
                "tolerance", header.HasTolerance ? header.Tolerance : null, DepthRule.DefaultTolerance,
                value => value is > 0 and < 1, "more than 0, less than 1"),
            Dictionary = header.Dictionary.Length switch
            {
                0 => "affine",
                <= 1024 => header.Dictionary,
                _ => throw range.Invalid(
                    "dictionary", $"has {header.Dictionary.Length} characters, expected at most 1024"),
            },
            Residual = range.Number(
                "residual", header.HasResidual ? header.Residual : null, 1e-2,
                value => value > 0 && double.IsFinite(value), "more than 0"),
            Rank = rank == 0 ? null : rank,
        };
    }

    private static InvalidRequestException Invalid(string message) => new("DEPTH_DATA_INVALID", message, "tensor");
}
