# compute.pl N: numbers, big numbers, text, hashes and packing.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(sha1_hex sha256_hex sha512_hex);
use List::Util qw(sum reduce shuffle);
use POSIX ();

my $n = shift;
my ($seed, @values) = (12345);
for (1 .. $n) {
    $seed = ($seed * 1103515245 + 12345) % 2147483648;
    push @values, ($seed - 1e9) / (1 + $seed % 97);
}
sub told { my $name = shift; print "$name ", sha256_hex(join ' ', @_), " $_[0]\n" }

told 'numbers', @values;
told 'formats', map { sprintf '%.17g %.3f %e %a %d %x', $_, $_, $_, $_, $_, abs $_ } @values;
told 'functions', map { sprintf '%.14g', $_ } map { (sin, cos, atan2($_, 3), exp($_ / 1e9), log(abs() + 1), sqrt abs) } @values;
told 'posix', map { (POSIX::floor($_), POSIX::ceil($_), POSIX::fmod($_, 7), POSIX::ldexp($_, 3)) } @values;
told 'sorted', sort { $a <=> $b } @values;
told 'sum', sum @values;
told 'packed', map { unpack 'H*', pack 'dfqNnvVw', $_, $_, $_, abs $_, abs $_, abs $_, abs $_, abs $_ } map { int } @values;
told 'words', map { scalar reverse ucfirst } sort map { my $w = sprintf '%x', abs; $w =~ tr/0-9a-f/g-p0-5/; $w =~ s/([aeiou])/<$1>/gr } @values;
told 'sums', md5_hex("@values"), sha1_hex("@values"), sha512_hex("@values");
told 'bits', map { ($_ & 0xff00ff) ^ ($_ >> 3) | ($_ << 2) } map { int abs } @values;
if ($n > 1000) {
    require Math::BigFloat;
    print 'pi ', Math::BigFloat->bpi(100 + $n / 100), "\n";
    print 'root ', Math::BigFloat->new(2)->bsqrt(100), "\n";
    print 'factorial ', sha256_hex(Math::BigInt->new(100 + $n / 20)->bfac), "\n";
    print 'power ', Math::BigInt->new(3)->bmodpow('123456789012345678901234567890', '170141183460469231731687303715884105727'), "\n";
}
