using System.Numerics;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// One real exponential, or two that solve x'' - 2 sigma x' + (sigma^2 + theta) x = 0: e^(sigma t) c(t) and e^(sigma t)
/// s(t), c = cos(sqrt(theta) t), s = sin(sqrt(theta) t) / sqrt(theta). Both are analytic in theta: theta > 0 is a
/// conjugate pair, theta &lt; 0 two real exponents, theta = 0 the defective t e^(sigma t). So conjugates cannot part,
/// and the fit can cross from one kind to the other. Time is in steps.
/// </summary>
/// <param name="Growth">sigma.</param>
/// <param name="Square">theta; 0 for a single exponential.</param>
/// <param name="IsPair">Two functions rather than one.</param>
/// <param name="Alternates">
/// All functions are multiplied by (-1)^t: lambda near the negative real axis, on even sampling only.
/// </param>
internal readonly record struct VariableProjectionBlock(double Growth, double Square, bool IsPair, bool Alternates)
{
    // Below this |theta| t^2 the quotients by theta cancel, and ten terms of the series are exact to rounding.
    private const double SeriesLimit = 0.5;
    private const int SeriesTerms = 10;

    // |Re log(lambda)| never exceeds this: such a function is a spike at the first or the last snapshot, and beyond it
    // nothing more is to be seen.
    private const double Steepest = 20;

    public int Width => IsPair ? 2 : 1;

    /// <summary>The largest real part of the exponents.</summary>
    public double TopGrowth => Growth + (Square < 0 ? Math.Sqrt(-Square) : 0);

    /// <summary>True when the block has run to the limit of growth or decay and fits a single snapshot.</summary>
    public bool IsSpike => TopGrowth >= Steepest || Growth <= -Steepest;

    /// <summary>
    /// The exponents per step, conjugates adjacent, Im > 0 first. Real negative lambda has Im = pi.
    /// </summary>
    public Complex[] Exponents
    {
        get
        {
            var turn = Alternates ? Math.PI : 0;
            if (!IsPair)
            {
                return [new Complex(Growth, turn)];
            }

            var root = Math.Sqrt(Math.Abs(Square));
            if (Square <= 0)
            {
                return [new Complex(Growth + root, turn), new Complex(Growth - root, turn)];
            }

            var angle = Alternates ? Math.PI - root : root;
            return [new Complex(Growth, angle), new Complex(Growth, -angle)];
        }
    }

    /// <summary>
    /// Blocks with the given exponents per step (conjugates both listed): pairs as they are, real ones two by two with
    /// their neighbour. O(r log r).
    /// </summary>
    public static VariableProjectionBlock[] Group(IEnumerable<Complex> exponents, bool evenlySpaced)
    {
        var (blocks, reals) = (new List<VariableProjectionBlock>(), new List<(double Growth, bool Alternates)>());
        foreach (var exponent in exponents)
        {
            var growth = Math.Clamp(exponent.Real, -Steepest, Steepest);
            var alternates = evenlySpaced && Math.Abs(exponent.Imaginary) > Math.PI / 2;
            var angle = Math.Abs(exponent.Imaginary) - (alternates ? Math.PI : 0);
            if (angle == 0)
            {
                reals.Add((growth, alternates));
            }
            else if (exponent.Imaginary > 0)
            {
                blocks.Add(new VariableProjectionBlock(growth, angle * angle, true, alternates));
            }
        }

        foreach (var kind in (bool[])[false, true])
        {
            var sorted = reals.Where(real => real.Alternates == kind).Select(real => real.Growth).Order().ToArray();
            for (var i = 0; i < sorted.Length; i += 2)
            {
                blocks.Add(i + 1 < sorted.Length
                    ? OfReals(sorted[i + 1], sorted[i], kind)
                    : new VariableProjectionBlock(sorted[i], 0, false, kind));
            }
        }

        return [.. blocks];
    }

    /// <summary>The block moved by a step of its parameters and brought back to where the constraint allows.</summary>
    public VariableProjectionBlock Moved(double growth, double square, ExponentConstraint constraint)
    {
        var moved = this with
        {
            Growth = Math.Clamp(Growth + growth, -Steepest, Steepest),
            Square = IsPair ? Math.Max(Square + square, -Steepest * Steepest) : 0,
        };
        moved = moved with { Growth = Math.Min(moved.Growth, Steepest - (moved.TopGrowth - moved.Growth)) };
        return constraint switch
        {
            ExponentConstraint.NonGrowing when moved.TopGrowth > 0 => moved.Square >= 0
                ? moved with { Growth = 0 }
                : OfReals(0, Math.Min(0, (2 * moved.Growth) - moved.TopGrowth), Alternates),
            ExponentConstraint.UnitCircle => moved with { Growth = 0, Square = Math.Max(0, moved.Square) },
            _ => moved,
        };
    }

    /// <summary>
    /// Values at time t of both functions and of their derivatives by theta, times e^(-shift); derivatives by sigma are
    /// t times the values.
    /// </summary>
    public (double F1, double F2, double D1, double D2) At(double t, double shift)
    {
        var sign = Alternates && ((long)Math.Round(t) & 1) == 1 ? -1 : 1;
        var x = Square * t * t;
        double c, s, ds;
        if (Math.Abs(x) < SeriesLimit)
        {
            (c, s, ds) = Series(x, t, sign * Math.Exp((Growth * t) - shift));
        }
        else if (x > 0)
        {
            var (omega, e) = (Math.Sqrt(Square), sign * Math.Exp((Growth * t) - shift));
            (c, s) = (e * Math.Cos(omega * t), e * Math.Sin(omega * t) / omega);
            ds = ((t * c) - s) / (2 * Square);
        }
        else
        {
            var kappa = Math.Sqrt(-Square);
            var (fast, slow) = (Math.Exp(((Growth + kappa) * t) - shift), Math.Exp(((Growth - kappa) * t) - shift));
            (c, s) = (sign * 0.5 * (fast + slow), sign * 0.5 * (fast - slow) / kappa);
            ds = ((t * c) - s) / (2 * Square);
        }

        return (c, s, -0.5 * t * s, ds);
    }

    private static VariableProjectionBlock OfReals(double larger, double smaller, bool alternates)
    {
        var half = 0.5 * (larger - smaller);
        return new VariableProjectionBlock(0.5 * (larger + smaller), -half * half, true, alternates);
    }

    // c = sum (-x)^k / (2k)!, s = t sum (-x)^k / (2k+1)!, ds/dtheta = -t^3 sum (k+1) (-x)^k / (2k+3)!.
    private static (double C, double S, double DS) Series(double x, double t, double e)
    {
        var (c, s, ds, term) = (0.0, 0.0, 0.0, 1.0);
        for (var k = 0; k < SeriesTerms; k++)
        {
            c += term;
            s += term / ((2 * k) + 1);
            ds += (k + 1) * term / (((2 * k) + 1) * ((2 * k) + 2.0) * ((2 * k) + 3));
            term *= -x / (((2 * k) + 1) * ((2 * k) + 2.0));
        }

        return (e * c, e * t * s, -e * t * t * t * ds);
    }
}
