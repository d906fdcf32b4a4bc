namespace KoopmanMesh.Numerics.Training.Sobolev;

/// <summary>One direction of a regular grid.</summary>
public sealed record GridAxis
{
    /// <summary>An axis of so many points.</summary>
    /// <param name="points">N, at least 1.</param>
    /// <param name="boundary">How the signal goes on beyond its ends.</param>
    /// <param name="length">L, positive: the period, or the length of what is extended.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public GridAxis(int points, GridBoundary boundary = GridBoundary.Periodic, double length = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        (Points, Boundary, Length) = (points, boundary, Positive(length));
    }

    /// <summary>N. Periodic points are x_j = j L / N, extended ones the cells' middles x_j = (j + 1/2) L / N.</summary>
    public int Points { get; }

    /// <summary>How the signal goes on.</summary>
    public GridBoundary Boundary { get; }

    /// <summary>L.</summary>
    public double Length { get; }

    /// <summary>
    /// (2 pi k / L)^2 of coefficient <paramref name="coefficient"/>: k = 0, 1, …, then the negative ones as FFTs have
    /// them, where periodic; half of 0, 1, … where extended.
    /// </summary>
    internal double SquaredFrequency(int coefficient)
    {
        var k = Boundary == GridBoundary.Even ? coefficient / 2.0 : Math.Min(coefficient, Points - coefficient);
        var omega = 2 * Math.PI * k / Length;
        return omega * omega;
    }

    internal static double Positive(double length) => length > 0 && double.IsFinite(length)
        ? length
        : throw new ArgumentOutOfRangeException(nameof(length), length, "the length is positive and finite");
}

/// <summary>How a signal goes on beyond the ends of its axis.</summary>
public enum GridBoundary
{
    /// <summary>It repeats.</summary>
    Periodic,

    /// <summary>
    /// It is mirrored at both ends (DCT-II), so that a signal which ends elsewhere than it began has no jump.
    /// </summary>
    Even,
}
