using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Training.Checkpoints;

namespace KoopmanMesh.Training.Tests.Checkpoints;

/// <summary>Losses beside a run.</summary>
public sealed class ScalarTableTests(CheckpointFiles files) : IClassFixture<CheckpointFiles>
{
    [Fact]
    public void Complete_BySteps_FillsInWhatALineKnows()
    {
        var table = Table("by-steps", "step,validation_loss,note,loss\n10,0.5,x,0.25\n30,,y,1e-3\n");

        Assert.Equal(
            new Snapshot(10) { Loss = 0.25, ValidationLoss = 0.5, Seconds = 2 },
            table.Complete(new Snapshot(10) { Loss = 7, Seconds = 2 }, 1));
        Assert.Equal(new Snapshot(30) { Loss = 1e-3 }, table.Complete(new Snapshot(30), 3));
        Assert.Equal(new Snapshot(40) { Loss = 3 }, table.Complete(new Snapshot(40) { Loss = 3 }, 4));
    }

    [Fact]
    public void Complete_WithoutSteps_GoesByTheOrder()
    {
        var table = Table(
            "in-order", "accuracy, learning_rate, seconds\n0.1,1,2\n0.2,1,2\n0.3,1,2\n0.4,1,2\n0.5,1,2\n");
        using var run = CheckpointRun.Open(files["f4"]);

        table.RequireMatch(run);

        Assert.Equal(
            new Snapshot(30) { Accuracy = 0.4, LearningRate = 1, Seconds = 2 }, table.Complete(new Snapshot(30), 3));
    }

    [Theory]
    [InlineData(
        "", "the first line of '{0}' names none of loss, validation_loss, accuracy, learning_rate, seconds: ''")]
    [InlineData(
        "1,2\n",
        "the first line of '{0}' names none of loss, validation_loss, accuracy, learning_rate, seconds: '1,2'")]
    [InlineData("step,loss\n1,2\n2\n", "line 3 of '{0}' has 1 cells, its first line names 2")]
    [InlineData("step,loss\n1.5,2\n", "the step in line 2 of '{0}' is '1.5'; expected a whole number")]
    [InlineData("step,loss\n1,2\n1,3\n", "'{0}' has two lines for step 1, the second is line 3")]
    [InlineData(
        "step,loss\n1,nan\n",
        "'loss' in line 2 of '{0}' is 'nan'; expected a finite number, or nothing where it is unknown")]
    [InlineData("step,loss\n1,2\n", "'{0}' has a line for none of the steps 0 to 40 of '{1}'")]
    [InlineData("loss\n1\n2\n", "'{0}' has 2 lines without steps, '{1}' 5 snapshots; expected a line for each")]
    public void Read_WhatIsNoTableOfTheRun_SaysWhatCame(string text, string message)
    {
        var path = files.Write("bad.csv", text);
        using var run = CheckpointRun.Open(files["f4"]);

        var error = Assert.Throws<ArrayFileException>(() => ScalarTable.Read(path).RequireMatch(run));

        Assert.Equal(
            message.Replace("{0}", path, StringComparison.Ordinal)
                .Replace("{1}", files["f4"], StringComparison.Ordinal),
            error.Message);
    }

    [Fact]
    public void Read_NoFile_NamesIt() => Assert.Equal(
        "there is no file 'nowhere.csv'",
        Assert.Throws<ArrayFileException>(() => ScalarTable.Read("nowhere.csv")).Message);

    private ScalarTable Table(string name, string text) => ScalarTable.Read(files.Write(name + ".csv", text));
}
