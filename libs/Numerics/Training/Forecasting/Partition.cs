using System.Globalization;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// How the weights of a network are cut into blocks that move on their own, each by an operator of its own (Dogra and
/// Redman 2020, arXiv 2006.02361; methods P3.2). What belongs to one unit is known from the layout: tensors of one
/// layer with the same first extent have the same units, and row i of each is unit i's.
/// </summary>
public abstract record Partition
{
    /// <summary>The grammar in one line for each form.</summary>
    public const string Grammar = """
        full            all weights in one block
        layer           the weights and biases of a layer
        quasi-layer:4   4 units of a layer together; what is left over at its end is a smaller block
        node            all incoming weights of a unit, and its bias
        patch:8         8 entries of a unit's row; what is left over at its end is a smaller block
        weight          every weight on its own
        """;

    private const string Forms = "full, layer, quasi-layer:N, node, patch:N or weight";

    private Partition()
    {
    }

    /// <summary>The partition that <paramref name="text"/> names.</summary>
    /// <exception cref="FormatException">It names none, or its number is not a positive integer.</exception>
    public static Partition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, argument) = text.Split(':', 2) is [var first, var second] ? (first, second) : (text, null);
        return (name, argument) switch
        {
            ("full", null) => new Full(),
            ("layer", null) => new Layer(),
            ("quasi-layer", not null) => new QuasiLayer(Number(text, argument)),
            ("node", null) => new Node(),
            ("patch", not null) => new Patch(Number(text, argument)),
            ("weight", null) => new Weight(),
            _ => throw new FormatException($"the partition is \"{text}\", expected {Forms}"),
        };
    }

    private static int Number(string text, string argument) =>
        int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1
            ? number
            : throw new FormatException($"the partition \"{text}\" has no integer of 1 or more after its colon");

    private static int AtLeastOne(int value, string name) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "a block has at least one of what it is made of");

    /// <summary>All weights in one block.</summary>
    public sealed record Full : Partition
    {
        /// <inheritdoc/>
        public override string ToString() => "full";
    }

    /// <summary>The weights and biases of a layer.</summary>
    public sealed record Layer : Partition
    {
        /// <inheritdoc/>
        public override string ToString() => "layer";
    }

    /// <summary>Neighbouring units of a layer together; the last block of a layer may have fewer.</summary>
    /// <param name="Nodes">At least 1.</param>
    public sealed record QuasiLayer(int Nodes) : Partition
    {
        /// <summary>Units of a block.</summary>
        public int Nodes { get; } = AtLeastOne(Nodes, nameof(Nodes));

        /// <inheritdoc/>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"quasi-layer:{Nodes}");
    }

    /// <summary>All incoming weights of a unit, and its bias: what the paper's results are made with.</summary>
    public sealed record Node : Partition
    {
        /// <inheritdoc/>
        public override string ToString() => "node";
    }

    /// <summary>
    /// Neighbouring entries of a unit's row of incoming weights and bias; the last of a row may have fewer. Of values
    /// without structure, neighbouring values.
    /// </summary>
    /// <param name="Entries">q, at least 1.</param>
    public sealed record Patch(int Entries) : Partition
    {
        /// <summary>Entries of a block.</summary>
        public int Entries { get; } = AtLeastOne(Entries, nameof(Entries));

        /// <inheritdoc/>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"patch:{Entries}");
    }

    /// <summary>Every weight on its own.</summary>
    public sealed record Weight : Partition
    {
        /// <inheritdoc/>
        public override string ToString() => "weight";
    }
}
