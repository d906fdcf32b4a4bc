using System.Collections.Immutable;

namespace KoopmanMesh.Numerics.Training.Snapshots;

/// <summary>
/// What the numbers of a snapshot are: named tensors, one after the other, each row-major. Immutable; the same for
/// every snapshot of a run.
/// </summary>
public sealed class ParameterLayout
{
    private readonly long[] _starts;

    /// <summary>Of tensors in this order, at least one.</summary>
    /// <exception cref="ArgumentException">There is none, two have one name, or an extent is below 1.</exception>
    public ParameterLayout(IEnumerable<ParameterTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Tensors = [.. tensors];
        if (Tensors.IsEmpty)
        {
            throw new ArgumentException("a snapshot has at least one tensor, got none", nameof(tensors));
        }

        _starts = new long[Tensors.Length];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Tensors.Length; i++)
        {
            Check(Tensors[i], names);
            _starts[i] = Count;
            Count = checked(Count + Tensors[i].Count);
        }

        Layers = [.. Tensors.Select((tensor, i) => (tensor, i)).GroupBy(x => x.tensor.Layer, x => x.i)
            .Select(layer => new ParameterLayer(layer.Key, [.. layer]))];
    }

    /// <summary>The tensors, in order.</summary>
    public ImmutableArray<ParameterTensor> Tensors { get; }

    /// <summary>p: values of a snapshot.</summary>
    public long Count { get; }

    /// <summary>The tensors by layer, in the order the layers first appear.</summary>
    public ImmutableArray<ParameterLayer> Layers { get; }

    /// <summary>Where tensor <paramref name="tensor"/> begins in a snapshot.</summary>
    public long Start(int tensor) => _starts[tensor];

    /// <summary>Values without structure, as a plain array of steps × parameters holds them.</summary>
    public static ParameterLayout Plain(long count) => new([new ParameterTensor("parameters", [count])]);

    /// <summary>The first difference from another layout in one sentence, or null where they are equal.</summary>
    public string? DifferenceFrom(ParameterLayout expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        for (var i = 0; i < Math.Min(Tensors.Length, expected.Tensors.Length); i++)
        {
            var (mine, other) = (Tensors[i], expected.Tensors[i]);
            if (mine.Name != other.Name || !mine.Shape.SequenceEqual(other.Shape))
            {
                return $"tensor {i} is {mine}, expected {other}";
            }
        }

        return Tensors.Length == expected.Tensors.Length
            ? null
            : $"there are {Tensors.Length} tensors, expected {expected.Tensors.Length}";
    }

    /// <summary>The tensor that value <paramref name="index"/> of a snapshot belongs to.</summary>
    public int TensorAt(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var found = Array.BinarySearch(_starts, index);
        return found >= 0 ? found : ~found - 1;
    }

    private static void Check(ParameterTensor tensor, HashSet<string> names)
    {
        if (string.IsNullOrEmpty(tensor.Name) || !names.Add(tensor.Name))
        {
            throw new ArgumentException($"tensors have names of their own, got '{tensor.Name}' twice or empty");
        }

        if (tensor.Shape.IsDefault || tensor.Shape.Any(extent => extent < 1))
        {
            throw new ArgumentException($"extents are at least 1, got {tensor}");
        }
    }
}

/// <summary>The tensors of one layer.</summary>
/// <param name="Name">What their names have in common before the last dot.</param>
/// <param name="Tensors">Their indices in the layout, ascending.</param>
public sealed record ParameterLayer(string Name, ImmutableArray<int> Tensors);
