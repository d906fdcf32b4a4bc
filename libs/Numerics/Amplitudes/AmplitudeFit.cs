using System.Numerics;

namespace KoopmanMesh.Numerics.Amplitudes;

/// <summary>Amplitudes b of the modes in x_k ≈ sum of modes_j lambda_j^k b_j, in the order of the spectrum.</summary>
/// <param name="Values">b_j, r long; conjugates belong to conjugate modes.</param>
/// <param name="Loss">||G - Phi diag(b) V||_F / ||G||_F in [0, …): the fraction of the snapshots that is
/// missed.</param>
public sealed record AmplitudeFit(ReadOnlyMemory<Complex> Values, double Loss)
{
    /// <summary>gamma, the price of an amplitude; 0 without one.</summary>
    public double Gamma { get; init; }

    /// <summary>True unless the iteration for the sparse pattern ran out of steps.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>How many amplitudes are not zero.</summary>
    public int NonZeros
    {
        get
        {
            var count = 0;
            foreach (var value in Values.Span)
            {
                count += value == Complex.Zero ? 0 : 1;
            }

            return count;
        }
    }
}
