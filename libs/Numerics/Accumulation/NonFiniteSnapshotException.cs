using System.Globalization;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>A snapshot holds a NaN or an infinity, after which no sum would mean anything.</summary>
/// <param name="row">0-based row of the data, counted over all that was added.</param>
/// <param name="feature">0-based feature of the snapshot.</param>
/// <param name="side">"before" or "after" the component.</param>
/// <param name="value">What was found.</param>
public sealed class NonFiniteSnapshotException(long row, int feature, string side, float value) : Exception(
    string.Create(
        CultureInfo.InvariantCulture,
        $"row {row} has {value} in feature {feature} of the activations {side} the component, ")
    + "expected a finite number")
{
    /// <summary>0-based row of the data.</summary>
    public long Row { get; } = row;

    /// <summary>0-based feature of the snapshot.</summary>
    public int Feature { get; } = feature;

    /// <summary>"before" or "after" the component.</summary>
    public string Side { get; } = side;

    /// <summary>What was found.</summary>
    public float Value { get; } = value;
}
