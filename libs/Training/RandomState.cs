namespace KoopmanMesh.Training;

/// <summary>
/// The Mersenne Twister MT19937 with the draws of NumPy's <c>numpy.random.RandomState</c>, bit for bit, so that data
/// sampled by published Python code can be sampled again here. Not thread-safe.
/// </summary>
public sealed class RandomState
{
    private const int Length = 624;
    private const int Shift = 397;

    private readonly uint[] _key = new uint[Length];
    private int _position = Length;
    private double? _spareNormal;

    /// <summary>As <c>RandomState(seed)</c>.</summary>
    public RandomState(uint seed)
    {
        for (var i = 0; i < Length; i++)
        {
            _key[i] = seed;
            seed = (1812433253u * (seed ^ (seed >> 30))) + (uint)i + 1;
        }
    }

    /// <summary>As <c>rand()</c>: uniform on [0, 1), 53 bits.</summary>
    public double NextDouble()
    {
        var high = NextUInt32() >> 5;
        var low = NextUInt32() >> 6;
        return ((high * 67108864.0) + low) / 9007199254740992.0;
    }

    /// <summary>As <c>randint(bound)</c>: uniform on 0 to <paramref name="bound"/> - 1.</summary>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)NextUpTo((uint)bound - 1);
    }

    /// <summary>As <c>randn()</c>: standard normal, by the polar method.</summary>
    public double NextNormal()
    {
        if (_spareNormal is { } spare)
        {
            _spareNormal = null;
            return spare;
        }

        double x, y, square;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            square = (x * x) + (y * y);
        }
        while (square is >= 1 or 0);

        var factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spareNormal = factor * x;
        return factor * y;
    }

    /// <summary>As <c>shuffle(items)</c>.</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)NextUpTo((uint)i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    // Uniform on 0..highest by rejection under the smallest mask that covers it; no draw when there is no choice.
    private uint NextUpTo(uint highest)
    {
        if (highest == 0)
        {
            return 0;
        }

        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(highest);
        uint value;
        do
        {
            value = NextUInt32() & mask;
        }
        while (value > highest);

        return value;
    }

    private uint NextUInt32()
    {
        if (_position == Length)
        {
            Twist();
            _position = 0;
        }

        var y = _key[_position++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680u;
        y ^= (y << 15) & 0xEFC60000u;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (_key[i] & 0x80000000u) | (_key[(i + 1) % Length] & 0x7FFFFFFFu);
            _key[i] = _key[(i + Shift) % Length] ^ (y >> 1) ^ ((y & 1) == 0 ? 0u : 0x9908B0DFu);
        }
    }
}
