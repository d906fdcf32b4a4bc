namespace KoopmanMesh.Networks.Verification;

/// <summary>Reads the subset of VNNLIB 1.0 that <see cref="VnnLibProperty"/> names.</summary>
internal sealed class VnnLibParser(string text)
{
    private const int DeepestNesting = 64;
    private const string Comparisons = "'<=', '>=', 'and' or 'or'";

    private readonly SourceReader _reader = new(text);
    private readonly List<double> _lower = [];
    private readonly List<double> _upper = [];
    private readonly List<OutputCondition> _conditions = [];
    private int _outputs;

    public VnnLibProperty Run()
    {
        while (!_reader.Current.IsEnd)
        {
            _reader.Expect("(");
            var command = _reader.Take();
            switch (command.Text)
            {
                case "declare-const":
                    Declare();
                    break;
                case "assert":
                    Assert();
                    break;
                default:
                    throw new VerificationFormatException(command, "'declare-const' or 'assert'");
            }

            _reader.Expect(")");
        }

        Complete();
        return new VnnLibProperty([.. _lower], [.. _upper], _outputs, _conditions);
    }

    private void Declare()
    {
        var (isInput, index, token) = _reader.TakeVariable();
        var next = isInput ? _lower.Count : _outputs;
        if (index != next)
        {
            throw new VerificationFormatException(token, $"{(isInput ? "X" : "Y")}_{next}: variables come in order");
        }

        _reader.Expect("Real");
        if (isInput)
        {
            _lower.Add(double.NegativeInfinity);
            _upper.Add(double.PositiveInfinity);
        }
        else
        {
            _outputs++;
        }
    }

    private void Assert()
    {
        // Conditions on inputs go into the box as they are read, and leave nothing.
        if (Condition(depth: 0, conjunctive: true) is { } condition)
        {
            _conditions.Add(condition);
        }
    }

    private OutputCondition? Condition(int depth, bool conjunctive)
    {
        var start = _reader.Current;
        _reader.Expect("(");
        if (depth == DeepestNesting)
        {
            throw new VerificationFormatException(start, $"at most {DeepestNesting} levels of parentheses");
        }

        var op = _reader.Take();
        OutputCondition? condition = op.Text switch
        {
            "and" => Many(true, depth, conjunctive),
            "or" => Many(false, depth, conjunctive: false),
            "<=" or ">=" => Comparison(op.Text == "<=", conjunctive),
            _ => throw new VerificationFormatException(op, Comparisons),
        };
        _reader.Expect(")");
        return condition;
    }

    private OutputCondition.Many? Many(bool all, int depth, bool conjunctive)
    {
        var parts = new List<OutputCondition>();
        do
        {
            if (Condition(depth + 1, conjunctive) is { } part)
            {
                parts.Add(part);
            }
        }
        while (_reader.Current.Text == "(");
        return parts.Count > 0 ? new OutputCondition.Many(all, parts) : null;
    }

    private OutputCondition.AtMost? Comparison(bool ascending, bool conjunctive)
    {
        var first = Term();
        var second = Term();
        var (left, right) = ascending ? (first, second) : (second, first);
        if (!left.IsInput && !right.IsInput)
        {
            return new OutputCondition.AtMost(left.Output, right.Output);
        }

        var input = left.IsInput ? left : right;
        if (!conjunctive)
        {
            throw new VerificationFormatException(
                input.Token, "outputs: a choice ('or') of inputs is no box");
        }

        var other = left.IsInput ? right : left;
        if (other.IsInput || other.Output.Index >= 0)
        {
            throw new VerificationFormatException(other.Token, "a number: inputs are bounded by numbers");
        }

        if (left.IsInput)
        {
            _upper[left.Input] = Math.Min(_upper[left.Input], other.Output.Number);
        }
        else
        {
            _lower[right.Input] = Math.Max(_lower[right.Input], other.Output.Number);
        }

        return null;
    }

    private Side Term()
    {
        var token = _reader.Take();
        if (SourceReader.TryNumber(token.Text, out var number))
        {
            return new Side(token, false, 0, new OutputTerm(-1, number));
        }

        if (!SourceReader.TryVariable(token.Text, out var isInput, out var index))
        {
            throw new VerificationFormatException(token, "a variable or a finite number");
        }

        return index < (isInput ? _lower.Count : _outputs)
            ? new Side(token, isInput, index, new OutputTerm(index, 0))
            : throw new VerificationFormatException(token, "a variable that is declared");
    }

    private void Complete()
    {
        if (_lower.Count == 0 || _outputs == 0 || _conditions.Count == 0)
        {
            throw new VerificationFormatException(
                $"the property declares {_lower.Count} inputs and {_outputs} outputs with {_conditions.Count} "
                + "conditions on outputs; at least one of each was expected");
        }

        for (var i = 0; i < _lower.Count; i++)
        {
            if (!(double.IsFinite(_lower[i]) && double.IsFinite(_upper[i]) && _lower[i] <= _upper[i]))
            {
                throw new VerificationFormatException(FormattableString.Invariant(
                    $"X_{i} goes from {_lower[i]} to {_upper[i]}, expected finite bounds, the lower first"));
            }
        }
    }

    private readonly record struct Side(SourceToken Token, bool IsInput, int Input, OutputTerm Output);
}
