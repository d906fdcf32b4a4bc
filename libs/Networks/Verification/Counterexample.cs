namespace KoopmanMesh.Networks.Verification;

/// <summary>
/// A counterexample as tools of VNN-COMP write it: "sat" on a line of its own, which may be missing, then
/// <c>((X_0 0.5) (X_1 0.25) … (Y_0 1.5) …)</c>.
/// </summary>
/// <param name="Inputs">X_0, X_1, ….</param>
/// <param name="Outputs">Y_0, Y_1, … as the tool saw them; empty when it says nothing of them.</param>
public sealed record Counterexample(ReadOnlyMemory<double> Inputs, ReadOnlyMemory<double> Outputs)
{
    /// <summary>Characters of the longest text that is read: 3 MiB.</summary>
    public const int LongestText = 3 << 20;

    /// <summary>Reads a counterexample.</summary>
    /// <exception cref="VerificationFormatException">The text is none, with line and column.</exception>
    public static Counterexample Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
        {
            throw new VerificationFormatException(
                $"the counterexample has {text.Length} characters; at most {LongestText} are read");
        }

        var reader = new SourceReader(text);
        if (reader.Current.Text == "sat")
        {
            reader.Take();
        }

        reader.Expect("(");
        var (inputs, outputs) = (new List<double>(), new List<double>());
        while (reader.Current.Text == "(")
        {
            reader.Take();
            var (isInput, index, token) = reader.TakeVariable();
            var values = isInput ? inputs : outputs;
            if (index != values.Count)
            {
                throw new VerificationFormatException(
                    token, $"{(isInput ? "X" : "Y")}_{values.Count}: values come in order");
            }

            values.Add(reader.TakeNumber());
            reader.Expect(")");
        }

        reader.Expect(")");
        return reader.Current.IsEnd
            ? new Counterexample(inputs.ToArray(), outputs.ToArray())
            : throw new VerificationFormatException(reader.Current, "nothing more");
    }
}
