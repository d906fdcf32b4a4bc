using KoopmanMesh.Networks.Verification;

namespace KoopmanMesh.Networks.Tests.Verification;

public sealed class VnnLibPropertyTests
{
    // As the benchmarks write them: bounds in any order, comments, several ways to say what an output must be.
    private const string Text = """
        ; a comment ) with ( parentheses
        (declare-const X_0 Real)
        (declare-const X_1 Real)
        (declare-const Y_0 Real)
        (declare-const Y_1 Real)
        (assert (<= X_0 0.5)) (assert (>= X_0 -5e-1))
        (assert (and (<= 1 X_1) (<= X_1 2.0)))
        (assert (<= Y_0 Y_1)) ; outputs
        (assert (or
            (and (>= Y_0 3) (<= Y_1 4))
            (and (<= Y_0 -1e+1))))
        """;

    [Theory]
    [InlineData(3, 3.5, true)]
    [InlineData(3, 4.5, false)]
    [InlineData(4, 3.5, false)]
    [InlineData(-10, 100, true)]
    [InlineData(-9, 100, false)]
    public void Describes_Outputs_IsTheFormula(double first, double second, bool expected) =>
        Assert.Equal(expected, VnnLibProperty.Parse(Text).Describes([first, second]));

    [Theory]
    [InlineData(0, 1.5, 0)]
    [InlineData(0.5, 2, 0)]
    [InlineData(0.75, 1.5, 0.25)]
    [InlineData(-0.625, 0.5, 0.5)]
    [InlineData(double.NaN, 1.5, double.PositiveInfinity)]
    public void Violation_OfAPoint_IsItsLargestDistance(double first, double second, double expected) =>
        Assert.Equal(expected, VnnLibProperty.Parse(Text).Violation([first, second]));

    [Theory]
    [InlineData("(assert (<= X_0 1))", "line 1, column 13: got 'X_0', expected a variable that is declared")]
    [InlineData("hello", "line 1, column 1: got 'hello', expected '('")]
    [InlineData("(check-sat)", "line 1, column 2: got 'check-sat', expected 'declare-const' or 'assert'")]
    [InlineData(
        "(declare-const X_1 Real)", "line 1, column 16: got 'X_1', expected X_0: variables come in order")]
    [InlineData(
        "(declare-const Z Real)",
        "line 1, column 16: got 'Z', expected a variable X_0, X_1, ... or Y_0, Y_1, ...")]
    [InlineData("(declare-const X_0 Int)", "line 1, column 20: got 'Int', expected 'Real'")]
    [InlineData(
        "(declare-const X_0 Real)\n(assert (< X_0 1))",
        "line 2, column 10: got '<', expected '<=', '>=', 'and' or 'or'")]
    [InlineData(
        "(declare-const X_0 Real)\n(assert (<= X_0 NaN))",
        "line 2, column 17: got 'NaN', expected a variable or a finite number")]
    [InlineData(
        "(declare-const X_0 Real)\n(assert (or (<= X_0 1) (>= X_0 2)))",
        "line 2, column 17: got 'X_0', expected outputs: a choice ('or') of inputs is no box")]
    [InlineData(
        "(declare-const X_0 Real)(declare-const Y_0 Real)\n(assert (<= X_0 Y_0))",
        "line 2, column 17: got 'Y_0', expected a number: inputs are bounded by numbers")]
    [InlineData("(declare-const X_0 Real", "line 1, column 24: got the end of the text, expected ')'")]
    [InlineData(
        "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 1))(assert (<= Y_0 1))",
        "X_0 goes from -Infinity to 1, expected finite bounds, the lower first")]
    [InlineData(
        "(declare-const X_0 Real)",
        "the property declares 1 inputs and 0 outputs with 0 conditions on outputs; at least one of each was expected")]
    [InlineData(
        "",
        "the property declares 0 inputs and 0 outputs with 0 conditions on outputs; at least one of each was expected")]
    public void Parse_WhatIsNoProperty_SaysWhere(string text, string message) =>
        Assert.Equal(message, Assert.Throws<VerificationFormatException>(() => VnnLibProperty.Parse(text)).Message);

    [Fact]
    public void Parse_DeepNesting_IsRefused()
    {
        var text = "(declare-const Y_0 Real)(assert " + string.Concat(Enumerable.Repeat("(and ", 100_000));

        Assert.Equal(
            "line 1, column 353: got '(', expected at most 64 levels of parentheses",
            Assert.Throws<VerificationFormatException>(() => VnnLibProperty.Parse(text)).Message);
    }

    [Fact]
    public void Parse_TooLong_IsRefused() => Assert.Equal(
        "the property has 3145729 characters; at most 3145728 are read",
        Assert.Throws<VerificationFormatException>(() => VnnLibProperty.Parse(new string(' ', (3 << 20) + 1))).Message);

    [Fact]
    public void Parse_AnyPrefix_IsReadOrRefused()
    {
        for (var length = 0; length < Text.Length; length++)
        {
            try
            {
                Assert.Equal(2, VnnLibProperty.Parse(Text[..length]).Inputs);
            }
            catch (VerificationFormatException exception)
            {
                Assert.NotEmpty(exception.Message);
            }
        }
    }

    [Theory]
    [InlineData("sat\n((X_0 1.5)\n(X_1 -2e-3)\n(Y_0 0.25))")]
    [InlineData("((X_0 1.5) (X_1 -0.002) (Y_0 0.25))")]
    [InlineData("( (X_0  1.5)(X_1 -.002)( Y_0 0.25 ) )\n")]
    public void Counterexample_HoweverSpaced_IsRead(string text)
    {
        var example = Counterexample.Parse(text);

        Assert.Equal([1.5, -0.002], example.Inputs.ToArray());
        Assert.Equal([0.25], example.Outputs.ToArray());
    }

    [Theory]
    [InlineData("unsat", "line 1, column 1: got 'unsat', expected '('")]
    [InlineData("((X_1 0))", "line 1, column 3: got 'X_1', expected X_0: values come in order")]
    [InlineData("((X_0 0)(X_0 0))", "line 1, column 10: got 'X_0', expected X_1: values come in order")]
    [InlineData("((X_0 inf))", "line 1, column 7: got 'inf', expected a finite number")]
    [InlineData("((X_0 0)", "line 1, column 9: got the end of the text, expected ')'")]
    [InlineData("sat\n((X_0 0)) more", "line 2, column 11: got 'more', expected nothing more")]
    public void Counterexample_WhatIsNone_SaysWhere(string text, string message) =>
        Assert.Equal(message, Assert.Throws<VerificationFormatException>(() => Counterexample.Parse(text)).Message);
}
