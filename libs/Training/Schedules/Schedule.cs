namespace KoopmanMesh.Training.Schedules;

/// <summary>How the learning rate changes from epoch to epoch. Immutable; a run starts its own copy.</summary>
public abstract record Schedule
{
    /// <summary>
    /// What a run asks after every epoch: the epoch's mean training loss in, the next epoch's rate out.
    /// </summary>
    /// <param name="rate">The rate of the first epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public abstract Func<double, double> Start(double rate);

    private protected static void Require(bool holds, double value, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, rule);
        }
    }
}
