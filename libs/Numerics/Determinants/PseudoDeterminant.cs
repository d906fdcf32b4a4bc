namespace KoopmanMesh.Numerics.Determinants;

/// <summary>The log-volume gain of a map on the directions it does not kill.</summary>
/// <param name="Value">Sum of log s_i over the kept singular values; 0 when none is kept.</param>
/// <param name="Rank">Singular values kept; 0 marks the zero map, whose Value says nothing.</param>
/// <param name="Gap">s_r / s_(r+1), how clear the cut is; infinite when nothing but zeros was cut.</param>
/// <param name="SingularValues">All of them, descending.</param>
public sealed record PseudoDeterminant(double Value, int Rank, double Gap, ReadOnlyMemory<double> SingularValues)
{
    /// <summary>Mean log gain per kept direction; 0 for the zero map.</summary>
    public double PerDirection => Rank == 0 ? 0 : Value / Rank;
}
