using System.Globalization;

namespace KoopmanMesh.Networks.Verification;

/// <summary>Parentheses and words of a text, one after the other; from a semicolon on a line is comment.</summary>
internal sealed class SourceReader
{
    private readonly string _text;
    private int _position;
    private int _line = 1;
    private int _lineStart;

    public SourceReader(string text)
    {
        _text = text;
        Current = Next();
    }

    /// <summary>The token that is read next.</summary>
    public SourceToken Current { get; private set; }

    /// <summary>Returns the current token and goes on.</summary>
    public SourceToken Take()
    {
        var token = Current;
        Current = Next();
        return token;
    }

    /// <summary>Takes one exact token.</summary>
    public void Expect(string text)
    {
        if (Current.Text != text)
        {
            throw new VerificationFormatException(Current, $"'{text}'");
        }

        Take();
    }

    /// <summary>Takes the number of a variable "X_3" or "Y_0".</summary>
    public (bool IsInput, int Index, SourceToken Token) TakeVariable()
    {
        var token = Take();
        return TryVariable(token.Text, out var isInput, out var index)
            ? (isInput, index, token)
            : throw new VerificationFormatException(token, "a variable X_0, X_1, ... or Y_0, Y_1, ...");
    }

    /// <summary>Takes a finite number.</summary>
    public double TakeNumber()
    {
        var token = Take();
        return TryNumber(token.Text, out var value)
            ? value
            : throw new VerificationFormatException(token, "a finite number");
    }

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    public static bool TryVariable(string text, out bool isInput, out int index)
    {
        (isInput, index) = (text.StartsWith("X_", StringComparison.Ordinal), 0);
        return (isInput || text.StartsWith("Y_", StringComparison.Ordinal))
            && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }

    private SourceToken Next()
    {
        SkipBlanks();
        var (start, column) = (_position, _position - _lineStart + 1);
        if (start == _text.Length)
        {
            return new SourceToken("", _line, column);
        }

        _position++;
        if (_text[start] is not ('(' or ')'))
        {
            while (_position < _text.Length && !char.IsWhiteSpace(_text[_position])
                && _text[_position] is not ('(' or ')' or ';'))
            {
                _position++;
            }
        }

        return new SourceToken(_text[start.._position], _line, column);
    }

    private void SkipBlanks()
    {
        var comment = false;
        for (; _position < _text.Length; _position++)
        {
            var c = _text[_position];
            if (c == '\n')
            {
                (comment, _line, _lineStart) = (false, _line + 1, _position + 1);
            }
            else if (c == ';')
            {
                comment = true;
            }
            else if (!comment && !char.IsWhiteSpace(c))
            {
                return;
            }
        }
    }
}
