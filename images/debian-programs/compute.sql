-- Rows :n, made by a recursive query; numbers, text, indices, windows and JSON over them.
create table numbers as
  with recursive r(i, x) as (values(1, 12345) union all select i + 1, (x * 1103515245 + 12345) % 2147483648 from r where i < :n)
  select i, x, x / 7919.0 as f, printf('%08x', x) as t from r;
create index by_text on numbers(t);
create index by_number on numbers(x, f);
select count(*), sum(x), total(f), avg(f), min(t), max(t), group_concat(distinct x % 7) from numbers;
select i, t, f, round(f, 2), printf('%.17g %e', f, f) from numbers order by t limit 5;
select x % 10 as digit, count(*), avg(f) from numbers group by digit order by digit;
select i, sum(f) over (order by i rows 3 preceding), rank() over (order by x) from numbers order by i limit 5;
select count(*) from numbers a join numbers b on a.x % 101 = b.i where a.t like '%7%';
select json_group_array(json_object('i', i, 'f', f)) from (select * from numbers order by x limit 3);
select sin(f), cos(f), exp(f / 1e6), ln(f + 1), sqrt(f), pow(f, 0.3) from numbers order by i limit 3;
update numbers set f = f * 1.1 where i % 3 = 0;
delete from numbers where x % 5 = 1;
select hex(x), typeof(f), quote(f), abs(-f), upper(t), length(t), substr(t, 2, 3), instr(t, 'a') from numbers limit 3;
select count(*), total(f) from numbers;
vacuum;
pragma integrity_check;
.sha3sum
