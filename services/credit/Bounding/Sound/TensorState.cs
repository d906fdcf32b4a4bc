namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>What is known of a tensor.</summary>
/// <param name="Value">In real arithmetic.</param>
/// <param name="Error">What float32 evaluation may add, all steps before it included.</param>
internal sealed record TensorState(Enclosure Value, Enclosure Error)
{
    /// <summary>Largest absolute error of float32 evaluation.</summary>
    public double ErrorMagnitude(int i) => Error.Bounds.Magnitude(i);
}
