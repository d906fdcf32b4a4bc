using System.Numerics.Tensors;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding.Search;

/// <summary>Runs both networks in ONNX Runtime on the same float32 rows: the truth that a search is about.</summary>
internal sealed class PairRunner : IDisposable
{
    // Activations of one batch, at most: 64 MiB a tensor.
    private const long MostNumbers = 1L << 24;
    private const int MostRows = 1024;

    private readonly NetworkPair _pair;
    private readonly NetworkSession _original;
    private readonly NetworkSession _hybrid;
    private double[] _first = [];
    private double[] _second = [];

    public PairRunner(NetworkPair pair)
    {
        _pair = pair;
        _original = new NetworkSession(pair.Original);
        try
        {
            _hybrid = new NetworkSession(pair.Hybrid);
        }
        catch
        {
            _original.Dispose();
            throw;
        }

        var widest = pair.Original.Cuts.Concat(pair.Hybrid.Cuts).Max(cut => cut.Width);
        BatchRows = (int)Math.Clamp(MostNumbers / widest, 1, MostRows);
    }

    /// <summary>Rows that fit in memory at once.</summary>
    public int BatchRows { get; }

    /// <summary>Original minus hybrid, row-major [count, outputs], in double; valid until the next run.</summary>
    /// <exception cref="PreconditionException">An output is not finite.</exception>
    public ReadOnlySpan<double> Differences(ReadOnlyMemory<float> rows, int count, CancellationToken cancellationToken)
    {
        var length = count * _pair.Outputs;
        if (_first.Length < length)
        {
            (_first, _second) = (new double[length], new double[length]);
        }

        var first = _first.AsSpan(0, length);
        var second = _second.AsSpan(0, length);
        Widen(_original.Run(rows, count, cancellationToken), _pair.Original.Name, first);
        Widen(_hybrid.Run(rows, count, cancellationToken), _pair.Hybrid.Name, second);
        TensorPrimitives.Subtract<double>(first, second, first);
        return first;
    }

    public void Dispose()
    {
        _original.Dispose();
        _hybrid.Dispose();
    }

    private static void Widen(NetworkBatch batch, string name, Span<double> outputs)
    {
        TensorPrimitives.ConvertTruncating(batch.Output.Span, outputs);
        if (!double.IsFinite(TensorPrimitives.MaxMagnitude<double>(outputs)))
        {
            throw new PreconditionException(
                "OUTPUT_NOT_FINITE", name, $"'{name}' gives a number that is not finite at a point of the box");
        }
    }
}
