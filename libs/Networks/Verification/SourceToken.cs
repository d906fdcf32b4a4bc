namespace KoopmanMesh.Networks.Verification;

/// <summary>A parenthesis or a word, and where it stands, both counted from 1; empty at the end of the text.</summary>
internal readonly record struct SourceToken(string Text, int Line, int Column)
{
    private const int LongestShown = 40;

    public bool IsEnd => Text.Length == 0;

    public override string ToString() => IsEnd ? "the end of the text"
        : Text.Length > LongestShown ? $"'{Text[..LongestShown]}...'"
        : $"'{Text}'";
}
