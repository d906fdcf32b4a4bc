using System.CommandLine;
using KoopmanMesh.Cli.Commands;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Commands;

public sealed class BoxTextTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-box-");

    [Theory]
    [InlineData("0..1", 0, 1)]
    [InlineData("-1.5..2e-3", -1.5, 0.002)]
    [InlineData("0...5", 0, 0.5)]
    [InlineData("3..3", 3, 3)]
    public void Read_Range_IsUniform(string text, double lower, double upper) =>
        Assert.Equal(new InputBox { Uniform = new UniformBox { Lower = lower, Upper = upper } }, BoxText.Read(text));

    [Fact]
    public void Read_Row_IsABall()
    {
        Assert.Equal(
            new InputBox { Around = new BallBox { Row = 17, Radius = 0.02 } }, BoxText.Read("row:17:0.02"));
        Assert.Equal(
            new InputBox { Around = new BallBox { Row = 0, Radius = 8, Lowest = -1, Highest = 1 } },
            BoxText.Read("row:0:8:-1..1"));
    }

    [Fact]
    public void Read_Data_IsItsRange()
    {
        Assert.Equal(new InputBox { Data = new DataBox() }, BoxText.Read("data"));
        Assert.Equal(new InputBox { Data = new DataBox { Margin = 0.1 } }, BoxText.Read("data:0.1"));
    }

    [Fact]
    public void Read_FileOfTwoRows_IsItsBounds()
    {
        var path = Write("lower,upper,x\n0,-1,0.5\n1,2,0.75\n");

        Assert.Equal(
            new InputBox { Bounds = new BoundsBox { Lower = { 0, -1, 0.5 }, Upper = { 1, 2, 0.75 } } },
            BoxText.Read(path));
    }

    [Fact]
    public void Read_FileThatIsNoBox_SaysWhy()
    {
        var three = Write("0,1\n1,2\n2,3\n");

        Assert.Equal(
            $"'{three}' has 3 rows; a box is two: the lower bounds, then the upper",
            Assert.Throws<CliException>(() => BoxText.Read(three)).Message);
        Assert.Equal(ExitCodes.BadInput, Assert.Throws<CliException>(() => BoxText.Read(Write(""))).ExitCode);
        Assert.Equal(ExitCodes.BadInput, Assert.Throws<CliException>(() => BoxText.Read("nowhere")).ExitCode);
    }

    [Theory]
    [InlineData("1..0")]
    [InlineData("0..x")]
    [InlineData("row:1")]
    [InlineData("row:-1:0.1")]
    [InlineData("row:1:-0.1")]
    [InlineData("row:1:0.1:2..1")]
    [InlineData("data:-1")]
    [InlineData("nan..1")]
    [InlineData("nowhere.csv")]
    public void Option_WhatIsNoBox_SaysWhatIs(string text)
    {
        var option = BoxText.Option();

        var error = Assert.Single(new RootCommand { option }.Parse(["--box", text]).Errors);

        Assert.Equal(
            $"--box got '{text}'; expected LOW..HIGH, row:INDEX:RADIUS, row:INDEX:RADIUS:LOW..HIGH, data, data:MARGIN, "
            + "or a file of two rows", error.Message);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string text)
    {
        var path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
