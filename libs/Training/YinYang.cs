namespace KoopmanMesh.Training;

/// <summary>
/// The Yin-Yang data set (Kriener, Göltz, Petrovici 2022): points of a disc of radius 0.5 round (0.5, 0.5), classed as
/// yin (0), yang (1) or one of the two dots of radius 0.1 (2). Samples equal those of the authors' Python for the same
/// seed, bit for bit.
/// </summary>
public static class YinYang
{
    private const double Big = 0.5;
    private const double Small = 0.1;
    private const int Dot = 2;

    /// <summary>
    /// Draws <paramref name="count"/> points, features (x, y). A class is drawn first, then points until one is of that
    /// class.
    /// </summary>
    /// <param name="count">Number of points.</param>
    /// <param name="seed">Seed of <see cref="RandomState"/>.</param>
    /// <param name="withDots">Three classes; by default the dots are left out and there are two.</param>
    public static LabelledData Sample(int count, uint seed, bool withDots = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var random = new RandomState(seed);
        var (values, labels) = (new double[2 * count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.NextInt32(withDots ? 3 : 2);
            (values[2 * i], values[(2 * i) + 1]) = Draw(random, labels[i]);
        }

        return new LabelledData(values, 2, labels);
    }

    /// <summary>The class of a point of the disc.</summary>
    public static int ClassOf(double x, double y)
    {
        var right = Distance(x, y, 1.5 * Big, Big);
        var left = Distance(x, y, 0.5 * Big, Big);
        if (right < Small || left < Small)
        {
            return Dot;
        }

        var isYin = right <= Small
            || (left > Small && left <= 0.5 * Big)
            || (y > Big && right > 0.5 * Big);
        return isYin ? 1 : 0;
    }

    private static (double X, double Y) Draw(RandomState random, int goal)
    {
        while (true)
        {
            var x = random.NextDouble() * 2 * Big;
            var y = random.NextDouble() * 2 * Big;
            if (Distance(x, y, Big, Big) <= Big && ClassOf(x, y) == goal)
            {
                return (x, y);
            }
        }
    }

    private static double Distance(double x, double y, double centreX, double centreY) =>
        Math.Sqrt(((x - centreX) * (x - centreX)) + ((y - centreY) * (y - centreY)));
}
