using System.Collections.Immutable;

namespace KoopmanMesh.Numerics.Training.Snapshots;

/// <summary>One named tensor of a snapshot of training.</summary>
/// <param name="Name">As in the checkpoint, e.g. "layers.0.weight".</param>
/// <param name="Shape">Extents, each at least 1; none for a scalar. The first is the units of the layer.</param>
public sealed record ParameterTensor(string Name, ImmutableArray<long> Shape)
{
    /// <summary>Values of the tensor, the product of its extents.</summary>
    public long Count => Shape.Aggregate(1L, (count, extent) => checked(count * extent));

    /// <summary>What comes before the name's last dot: the layer; the name itself where there is none.</summary>
    public string Layer => Name.LastIndexOf('.') is > 0 and var dot ? Name[..dot] : Name;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}
