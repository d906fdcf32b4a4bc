using System.Numerics;

namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>What one evaluation writes to.</summary>
/// <param name="coefficients">Of the signal.</param>
/// <param name="lines">Lengths of the lines that are transformed, by axis; 0 where none is copied.</param>
internal sealed class SpectralScratch(int coefficients, params ReadOnlySpan<int> lines)
{
    public Complex[] Coefficients { get; } = new Complex[coefficients];

    public Complex[][] Lines { get; } = Array.ConvertAll(lines.ToArray(), length => new Complex[length]);
}
